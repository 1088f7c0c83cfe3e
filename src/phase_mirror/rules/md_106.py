"""MD-106: do two files that declare the same gate say different things?

The same gate is one object of GitHub: the protection of one branch, or one ruleset (by its id, or by its name where one
of the two files is applied by an app). Ordinary layering is no contradiction, so a ruleset is never compared with a
branch protection, and Mergify and Bors never with anything. What only one file states is unknown in the other, and
silent; so are files of one layout that merge by design (safe-settings), presets and templates.
"""

from __future__ import annotations

from itertools import combinations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.record import Record
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.gates.model import (
    ANY_APP,
    ASF,
    BRANCH,
    BRANCH_PROTECTION,
    GITHUB_KINDS,
    SAFE_SETTINGS,
    SETTINGS,
)
from phase_mirror.rules.protocol import NotApplicable, actual, declared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.model.span import Span
    from phase_mirror.repository.gates.model import Gate, Reviews, Value
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Context, Verdict

_SETTINGS = """branches:
  - name: main
    protection:
      required_status_checks:
        strict: true
        contexts: [test, lint]
      enforce_admins: true
      required_pull_request_reviews: {required_approving_review_count: 2}
      restrictions: null
"""
_EXPORT = """{{
  "url": "https://api.github.com/repos/example/repository/branches/main/protection",
  "required_status_checks": {{"strict": true, "contexts": ["test", "lint"]}},
  "enforce_admins": {{"enabled": true}},
  "required_pull_request_reviews": {{"required_approving_review_count": {count}}}
}}
"""

META = RuleMeta(
    id="MD-106",
    version="1.0",
    name="gate-sources-disagree",
    title="Two files declare the same gate differently",
    why=(
        "One file is applied and the other is read: by people, by scripts, by the next import. When they differ, one "
        "of them describes a gate that does not exist, and applying it changes the gate without anybody deciding so."
    ),
    remediation="Decide which file counts, bring the other one in line, or delete it.",
    sources=(
        "https://docs.github.com/en/rest/branches/branch-protection",
        "https://docs.github.com/en/rest/repos/rules#update-a-repository-ruleset",
        "https://github.com/repository-settings/app",
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("gates",),
    example_bad=(
        (".github/settings.yml", _SETTINGS),
        (".github/branch-protection.json", _EXPORT.format(count=1)),
    ),
    example_good=(
        (".github/settings.yml", _SETTINGS),
        (".github/branch-protection.json", _EXPORT.format(count=2)),
    ),
)

_MANAGED = frozenset({SETTINGS, SAFE_SETTINGS, ASF})
"""Kinds of files that an app applies; they are the declared side."""


_MOST_OF_ONE = 6
"""Declarations beyond which a name stands for presets, not for one object."""


class Difference(Record):
    """One setting that two files state differently."""

    what: str
    first: str
    second: str
    first_at: Span
    second_at: Span
    first_locator: str
    second_locator: str


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every pair of files that declare one object differently."""
    del context  # no options, no policy
    gates = [gate for gate in facts.gates if gate.kind in GITHUB_KINDS and gate.target == BRANCH and not gate.template]
    same = [
        (first, second, sure)
        for group in _objects(gates, facts.default_branch)
        for first, second in combinations(group, 2)
        if (sure := _same_object(first, second, group))
    ]
    if not same:
        return NotApplicable("no gate is declared by two files")
    found = (_finding(*_ordered(first, second), sure) for first, second, sure in same)
    return [finding for finding in found if finding is not None]


def _objects(gates: list[Gate], default: str | None) -> list[list[Gate]]:
    """Return the gates that may be one object: protections by branch, rulesets by id, those without by name."""
    groups: dict[tuple[str, str], list[Gate]] = {}
    numbers: dict[str, set[str]] = {}
    for gate in gates:
        numbers.setdefault(gate.name, set()).update({gate.number} - {""})
    for gate in gates:
        if not gate.certain:
            continue
        if gate.classic:
            key = ("branch", _branch(gate, default))
        else:
            known = numbers[gate.name]
            key = ("ruleset", gate.number or (next(iter(known)) if len(known) == 1 else gate.name))
        if key[1]:
            groups.setdefault(key, []).append(gate)
    return [group for group in groups.values() if 1 < len(group) <= _MOST_OF_ONE]


def _branch(gate: Gate, default: str | None) -> str:
    """Return the one branch or pattern a protection is of, empty for several or one not understood."""
    if len(gate.include) != 1 or gate.include[0].kind == "unknown":
        return ""
    text = gate.include[0].text
    return default or text if text == "~DEFAULT_BRANCH" else text


def _same_object(first: Gate, second: Gate, group: list[Gate]) -> Confidence | None:
    """Return how sure it is that two declarations of a group mean one object; None when nothing says so."""
    if first.path == second.path or {first.kind, second.kind} == {SAFE_SETTINGS}:
        return None
    return _same_branch(first, second, group) if first.classic else _same_ruleset(first, second, group)


def _same_ruleset(first: Gate, second: Gate, group: list[Gate]) -> Confidence | None:
    """Return how sure it is that two rulesets are one; by name alone a third one makes them presets."""
    if first.number and second.number:
        return Confidence.HIGH
    if len(group) > 2:
        return None
    if first.kind in _MANAGED or second.kind in _MANAGED:
        return Confidence.HIGH
    return Confidence.MEDIUM if _folder(first) == _folder(second) else None


def _same_branch(first: Gate, second: Gate, group: list[Gate]) -> Confidence | None:
    """Return how sure it is that two protections are of one branch; bodies in several folders are presets."""
    if first.branch_assumed and second.branch_assumed:
        return None
    bodies = [gate for gate in group if gate.kind == BRANCH_PROTECTION]
    if len(bodies) > 2 or (len(bodies) == 2 and _folder(bodies[0]) != _folder(bodies[1])):
        return None
    return Confidence.MEDIUM if first.branch_assumed or second.branch_assumed else Confidence.HIGH


def _folder(gate: Gate) -> str:
    return gate.path.rpartition("/")[0]


def _ordered(first: Gate, second: Gate) -> tuple[Gate, Gate]:
    """Return the file that is applied before the one that describes."""
    return (second, first) if second.kind in _MANAGED and first.kind not in _MANAGED else (first, second)


def _finding(first: Gate, second: Gate, sure: Confidence) -> Finding | None:
    differences = list(_differences(first, second))
    if not differences:
        return None
    thing = f"the protection of '{first.name or second.name}'" if first.classic else f"the ruleset '{first.name}'"
    told = "; ".join(f"{item.what}: {item.first} against {item.second}" for item in differences)
    sides: list[Evidence] = []
    for item in differences:
        sides.append(
            declared(item.first_at, f"{item.what}: {item.first}", locator=item.first_locator, value=item.first)
        )
        sides.append(
            actual(item.second_at, f"{item.what}: {item.second}", locator=item.second_locator, value=item.second)
        )
    return META.finding(
        f"Two files disagree about {thing}",
        f"{first.path} and {second.path} both declare {thing} and differ in {told}.",
        *sides,
        remediation=(
            f"Bring {second.path} in line with {first.path} (or the reverse), or delete the one that is not applied."
        ),
        confidence=sure,
    )


def _differences(first: Gate, second: Gate) -> Iterator[Difference]:
    """Yield the settings that both files state, with different values."""
    for what, one, other in _stated(first, second):
        if one is not None and other is not None and one.value != other.value:
            yield Difference(
                what, _word(one.value), _word(other.value), one.span, other.span, one.locator, other.locator
            )
    yield from _checks(first, second)


def _stated(first: Gate, second: Gate) -> Iterator[tuple[str, Value | None, Value | None]]:
    if not first.classic:
        yield "enforcement", first.enforcement, second.enforcement
    yield "up-to-date branches", first.strict, second.strict
    yield "administrators held", first.enforce_admins, second.enforce_admins
    yield "linear history", first.linear_history, second.linear_history
    yield "signed commits", first.signatures, second.signatures
    yield "resolved conversations", first.conversation_resolution, second.conversation_resolution
    yield "force pushes allowed", first.force_pushes, second.force_pushes
    yield "deletion allowed", first.deletions, second.deletions
    yield "locked branch", first.locked, second.locked
    yield from _review_settings(first.reviews, second.reviews)


def _review_settings(first: Reviews | None, second: Reviews | None) -> Iterator[tuple[str, Value | None, Value | None]]:
    if first is not None and second is not None:
        yield "approving reviews", first.count, second.count
        yield "code-owner review", first.code_owner, second.code_owner
        yield "stale reviews dismissed", first.dismiss_stale, second.dismiss_stale
        yield "last push approved", first.last_push, second.last_push


def _checks(first: Gate, second: Gate) -> Iterator[Difference]:
    """Yield the difference of two lists of checks, names first, then the apps of the checks both name."""
    if first.checks_at is None or second.checks_at is None or first.partial or second.partial:
        return
    mine = {check.context: check for check in first.checks}
    theirs = {check.context: check for check in second.checks}
    if mine.keys() != theirs.keys():
        yield Difference(
            "checks that only one requires",
            _names([name for name in mine if name not in theirs]),
            _names([name for name in theirs if name not in mine]),
            first.checks_at,
            second.checks_at,
            f"{first.locator}:checks",
            f"{second.locator}:checks",
        )
    for name, one in mine.items():
        other = theirs.get(name)
        if other is None:
            continue
        apps = {one.integration, other.integration}
        if len(apps - {None, ANY_APP}) == 2:
            yield Difference(
                f"app of '{name}'",
                str(one.integration),
                str(other.integration),
                one.span,
                other.span,
                one.locator,
                other.locator,
            )


def _names(names: list[str]) -> str:
    return "none" if not names else " and ".join(f"'{name}'" for name in names)


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
