"""MD-403: do the files that decide about all others have an owner?

Workflows, CODEOWNERS, the policy and gate files, infrastructure and release set-up. Asked where the gate of the default
branch requires the review of a code owner, where at least nine in ten of all other files have an owner, and of the
globs of `policy.sensitive_paths`, which declare it. A line without owners is a decision, and silent. Examples and tests
are no infrastructure.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.glob import matches
from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.record import Record
from phase_mirror.model.rule import RuleMeta
from phase_mirror.model.span import Span
from phase_mirror.repository.codeowners import PLACES
from phase_mirror.repository.gates.union import effective
from phase_mirror.repository.snapshot import is_workflow_path
from phase_mirror.repository.source import SUBMODULE
from phase_mirror.rules.code_owners import DOCS, Owned, owned
from phase_mirror.rules.protocol import NotApplicable, NotAvailable, actual, declared, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.repository.codeowners import OwnerRule
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Context, Verdict

OWNED_AT_LEAST = 0.9
"""The share of all other files that have an owner from which an unowned sensitive path contradicts the rest."""
FEWEST_OTHERS = 10
"""Fewer other files make no share."""
_URL = f"{DOCS}#codeowners-and-branch-protection"
_MOST_NAMED = 3

META = RuleMeta(
    id="MD-403",
    version="1.0",
    name="sensitive-path-unowned",
    title="A sensitive path without an owner",
    why=(
        "Workflows hold the secrets, CODEOWNERS decides who is asked, infrastructure code changes what runs. When the "
        "repository counts on code owners and these files have none, a change of them needs the review of no owner, "
        "and it can take the rest over."
    ),
    remediation="Give the path an owner in CODEOWNERS; a line without owners says that it needs none.",
    sources=(_URL, DOCS),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("codeowners", "gates", "policy"),
    example_bad=(
        (".github/CODEOWNERS", "/src/ @acme/developers\n/.github/CODEOWNERS @acme/owners\n"),
        (".github/workflows/ci.yml", "on: push\n"),
        *((f"src/{name}.py", "") for name in "abcdefghij"),
    ),
    example_good=(
        (".github/CODEOWNERS", "/src/ @acme/developers\n/.github/ @acme/owners\n"),
        (".github/workflows/ci.yml", "on: push\n"),
        *((f"src/{name}.py", "") for name in "abcdefghij"),
    ),
)


class _Kind(Record):
    """A kind of sensitive files: its names, the pattern that would own them, and which they are."""

    one: str
    more: str
    pattern: str
    holds: Callable[[str], bool]


def _is_infrastructure(path: str) -> bool:
    return path.endswith((".tf", ".tf.json")) and not _aside().search(path)


@cache
def _aside() -> re.Pattern[str]:
    return re.compile(
        r"(?i)(^|/)(\.?[\w-]*(tests?|testing|testdata|fixtures?|examples?|samples?|docs?|vendor|templates?|benchmarks?)"
        r"[\w-]*)/"
    )


@cache
def _release() -> re.Pattern[str]:
    return re.compile(r"\.?goreleaser(\.[\w-]+)?\.ya?ml|\.releaserc(\.\w+)?|release\.config\.[cm]?[jt]s")


_POLICY = (".phase-mirror.yml", ".github/settings.yml", ".asf.yaml")

_KINDS = (
    _Kind("workflow", "workflows", "/.github/workflows/", is_workflow_path),
    _Kind("CODEOWNERS file", "CODEOWNERS files", "", lambda path: path in PLACES),
    _Kind(
        "policy file",
        "policy files",
        "",
        lambda path: path in _POLICY or path.startswith((".github/rulesets/", ".phase-mirror/")),
    ),
    _Kind("Terraform file", "Terraform files", "*.tf", _is_infrastructure),
    _Kind("release file", "release files", "", lambda path: _release().fullmatch(path) is not None),
)


class _Cause(Record):
    """Why an owner is missed: in words, the evidence of the declared side, and how sure that is."""

    words: str
    side: Evidence
    confidence: Confidence


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every kind of sensitive files, and every declared glob, that holds one without an owner."""
    own = owned(facts)
    if not isinstance(own, Owned):
        return own
    if not own.ownership.decided:
        return NotAvailable("the patterns of CODEOWNERS are too many to be tried")
    places = own.ownership.index.paths
    deciders = [own.ownership.rule_of(place) for place in range(len(places))]
    free = {path for path, rule in zip(places, deciders, strict=True) if rule is None}
    free = {path for path in free if facts.files[path].kind != SUBMODULE}
    found: list[Finding] = []
    for glob in context.policy.sensitive_paths:
        paths = sorted(path for path in free if matches(glob.value, path))
        if paths:
            side = declared(glob.span, "declared sensitive", locator="policy.sensitive_paths", value=glob.value)
            cause = _Cause(f"The policy calls '{glob.value}' sensitive", side, Confidence.HIGH)
            found.append(_finding(f"path of '{glob.value}'", f"paths of '{glob.value}'", paths, "", cause, own))
            free.difference_update(paths)
    sensitive = {kind.more: [path for path in places if kind.holds(path)] for kind in _KINDS}
    cause_or_none = _required(facts) or _rest_is_owned(deciders, sensitive, own)
    if cause_or_none is None:
        if context.policy.sensitive_paths:
            return found
        return NotApplicable("no gate at hand requires the review of a code owner, and too few files have an owner")
    for kind in _KINDS:
        paths = [path for path in sensitive[kind.more] if path in free]
        if paths:
            found.append(_finding(kind.one, kind.more, paths, kind.pattern, cause_or_none, own))
    return found


def _required(facts: Snapshot) -> _Cause | None:
    """Return the gate of the default branch as cause, if it surely requires the review of a code owner."""
    branch = facts.default_branch
    strictest = effective(facts.gates, branch, branch).code_owner if branch else None
    if strictest is None or not strictest.value.value:
        return None
    value = strictest.value
    side = declared(value.span, "a code owner must review", locator=value.locator, value="true")
    return _Cause(f"{strictest.gate.path} requires the review of a code owner", side, Confidence.HIGH)


def _rest_is_owned(deciders: list[OwnerRule | None], sensitive: dict[str, list[str]], own: Owned) -> _Cause | None:
    """Return the share of all other files that have an owner as cause, if it is high enough."""
    special = {path for paths in sensitive.values() for path in paths}
    others = [
        rule is not None
        for path, rule in zip(own.ownership.index.paths, deciders, strict=True)
        if path not in special and (rule is None or rule.owners)
    ]
    if len(others) < FEWEST_OTHERS or sum(others) < OWNED_AT_LEAST * len(others):
        return None
    words = f"{own.codeowners.path} gives {100 * sum(others) // len(others)} % of all other files an owner"
    first = next(rule for rule in own.codeowners.rules if rule.owners)
    side = declared(first.span, "most other files have an owner", locator="CODEOWNERS", value="rest owned")
    return _Cause(words, side, Confidence.MEDIUM)


def _finding(one: str, more: str, paths: list[str], pattern: str, cause: _Cause, own: Owned) -> Finding:
    path = own.codeowners.path
    named = ", ".join(f"'{name}'" for name in paths[:_MOST_NAMED]) + (
        f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    )
    counted = f"{len(paths)} {one if len(paths) == 1 else more}"
    verb = "has" if len(paths) == 1 else "have"
    fix = pattern or (f"/{paths[0]}" if len(paths) == 1 else "")
    what = f"'{fix}'" if fix else "patterns for them"
    return META.finding(
        f"{counted[0].upper()}{counted[1:]} {verb} no code owner",
        f"{cause.words}, but no pattern of {path} matches {named}. Whoever changes "
        f"{'it' if len(paths) == 1 else 'them'} needs the review of no owner.",
        cause.side,
        actual(Span.of_file(path), f"no pattern matches {counted}", locator=more, value="unowned"),
        norm(_URL, "owners are asked for the files that a pattern matches"),
        remediation=(f"Add {what} with an owner to {path}; a line without owners says that none is needed."),
        confidence=cause.confidence,
    )
