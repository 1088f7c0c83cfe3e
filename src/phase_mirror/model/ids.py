"""Rule and family identifiers."""

from __future__ import annotations

FAMILIES = {
    "MD-001": "Merge gate",
    "MD-002": "Autonomy against compliance",
    "MD-003": "Probabilistic against deterministic",
    "MD-004": "Liability and accountability",
    "MD-005": "Drift",
}
"""The protocol's five tensions, by family code."""


def family_of(rule_id: str) -> str:
    """Return the family code of a rule id: `MD-204` belongs to `MD-002`."""
    return f"MD-00{rule_id[3]}"
