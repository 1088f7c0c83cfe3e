"""The vocabulary: identifiers, positions, findings, outcomes and the report. Imports nothing of ours but errors."""
