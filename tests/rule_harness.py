"""Runs one rule on a folder of files, as the oracle would, without decision and report."""

import importlib
import json
from pathlib import Path

from phase_mirror.model.levels import RuleOutcome
from phase_mirror.model.policy import Policy
from phase_mirror.repository.memory import MemoryTree
from phase_mirror.repository.snapshot import Setting, Snapshot
from phase_mirror.rules.protocol import Context, NotApplicable, NotAvailable


def rule_of(rule_id):
    return importlib.import_module(f"phase_mirror.rules.md_{rule_id.removeprefix('MD-')}")


def folder_files(folder):
    folder = Path(folder)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "case.json"
    }


def snapshot_of(files, **setting):
    return Snapshot(MemoryTree(files), setting=Setting(**{"default_branch": "main", **setting}))


def policy_of(snapshot):
    """Return the policy of the tree's own `.phase-mirror.yml`, as the composition root would read it."""
    if ".phase-mirror.yml" not in snapshot.files:
        return Policy()
    from phase_mirror.app.configuration import configuration_of

    return configuration_of(snapshot).policy


def check(rule, snapshot, *, base=None, options=None, extra=None, policy=None):
    defaults = {option.name: option.default for option in rule.META.options}
    context = Context(
        options={**defaults, **(options or {})},
        policy=policy or policy_of(snapshot),
        base=base,
        today="2026-11-24",
        extra=extra,
    )
    verdict = rule.check(snapshot, context)
    if isinstance(verdict, NotApplicable):
        return RuleOutcome.NOT_APPLICABLE, []
    if isinstance(verdict, NotAvailable):
        return RuleOutcome.NOT_AVAILABLE, []
    return (RuleOutcome.FINDINGS if verdict else RuleOutcome.CLEAN), list(verdict)


def run_rule(rule_id, case):
    case = Path(case)
    setting = json.loads((case / "case.json").read_text()) if (case / "case.json").exists() else {}
    head = case / "head" if (case / "head").is_dir() else case
    base = snapshot_of(folder_files(case / "base"), **setting) if (case / "base").is_dir() else None
    return check(rule_of(rule_id), snapshot_of(folder_files(head), **setting), base=base)


def describe(findings):
    lines = []
    for finding in sorted(findings, key=lambda finding: (str(finding.primary.span), finding.title)):
        lines.append(f"{finding.severity.value} {finding.confidence.value} {finding.title}")
        lines += [
            f"    {side.role.value} {side.span or side.url} [{side.locator}] {side.note}" for side in finding.evidence
        ]
        lines.append(f"    = {finding.message}")
        lines.append(f"    = help: {finding.remediation}")
        lines += [f"    = edit {edit.span}: {edit.new}" for edit in finding.edits]
    return "".join(line + "\n" for line in lines)
