"""Identifiers of rules, families and invariants."""

from __future__ import annotations

FAMILIES = {
    "MD-001": "Merge gate",
    "MD-002": "Autonomy against compliance",
    "MD-003": "Probabilistic against deterministic",
    "MD-004": "Liability and accountability",
    "MD-005": "Drift",
}
"""The protocol's five tensions, by family code."""


INVARIANTS = "L0"
"""Stands before the number of an invariant: `L0-1` is the one of bit 1 (`phase_mirror.l0`)."""


def is_invariant(rule_id: str) -> bool:
    """Say whether an id is that of an invariant, which no configuration switches off."""
    return rule_id.startswith(f"{INVARIANTS}-")


def family_of(rule_id: str) -> str:
    """Return the family code of a rule id: `MD-204` belongs to `MD-002`, an invariant to `L0`."""
    return INVARIANTS if is_invariant(rule_id) else f"MD-00{rule_id[3]}"
