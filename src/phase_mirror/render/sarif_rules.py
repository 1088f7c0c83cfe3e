"""Rules as SARIF describes them: texts for people, and the properties GitHub reads."""

from __future__ import annotations

from phase_mirror.model.ids import FAMILIES, is_invariant
from phase_mirror.model.levels import Confidence, Severity
from phase_mirror.render.escape import visible
from phase_mirror.render.words import is_web_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from phase_mirror.model.report import Item
    from phase_mirror.model.rule import RuleMeta

LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""The middle of the ranges by which GitHub names a security severity
(https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning)."""
PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
PRECISIONS = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def descriptors(rules: Sequence[RuleMeta], items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return the description of every rule that is given and of every other one that spoke, ordered by id."""
    described = {rule.id: _of_meta(rule) for rule in rules}
    for item in items:
        rule_id = visible(item.rule_id)
        if rule_id not in described:
            described[rule_id] = _of_item(rule_id, item)
    return [described[rule_id] for rule_id in sorted(described)]


def _of_meta(rule: RuleMeta) -> dict[str, Any]:
    sources = "\n".join(f"- {source}" for source in rule.sources)
    links = "\n".join(f"- <{source}>" for source in rule.sources)
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\nHow to mend it: {rule.remediation}\n\nSources:\n{sources}\n\n{rule.url}",
            "markdown": f"{rule.why}\n\n**How to mend it:** {rule.remediation}\n\n**Sources**\n\n{links}\n\n"
            f"[The page of {rule.id}]({rule.url})",
        },
        "helpUri": rule.url,
        **_configuration(rule.id, rule.severity, rule.confidence),
    }


def _of_item(rule_id: str, item: Item) -> dict[str, Any]:
    """Return what a finding tells of its rule: a report may be rendered where the rule is not known."""
    text = f"Rule {rule_id} of Phase Mirror"
    link = {"helpUri": item.url} if is_web_address(item.url) else {}
    return {
        "id": rule_id,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": f"{text}: its findings say how to mend them."},
        **link,
        **_configuration(rule_id, item.severity, item.confidence),
    }


def _configuration(rule_id: str, severity: Severity, confidence: Confidence) -> dict[str, Any]:
    level = LEVELS[severity]
    family = "" if is_invariant(rule_id) else FAMILIES.get(f"MD-00{rule_id[3:4]}", "")
    return {
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["security", *([family.lower().replace(" ", "-")] if family else [])],
            "precision": PRECISIONS[confidence],
            "problem.severity": PROBLEMS[level],
            "security-severity": SCORES[severity],
        },
    }
