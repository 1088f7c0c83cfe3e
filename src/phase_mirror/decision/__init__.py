"""The decision: pure functions from what was found to pass, warn or block, every step leaving a reason."""
