"""MD-108: does the gate hold a setting that enforces nothing?

Four questions, each of one layer: is a branch to be up to date although no check is required; must a code owner review
although CODEOWNERS is missing or names nobody; does a disabled ruleset list checks; does a required-check key stand
where nothing reads it. Silent: `.asf.yaml` with an empty list (its idiom for removing the checks), a list that may be
filled from elsewhere, a comment nearby that calls the setting a choice, a README beside a ruleset that says it is
disabled, `evaluate` (a trial), templates.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.codeowners import PLACES
from phase_mirror.repository.gates.model import ASF, BRANCH, DISABLED, GITHUB_KINDS, RULESET
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.gates.model import Gate, IgnoredKey
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Context, Verdict

_STRICT_URL = (
    "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/"
    "managing-protected-branches/about-protected-branches#require-status-checks-before-merging"
)
_OWNERS_URL = (
    "https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/"
    "customizing-your-repository/about-code-owners#codeowners-file-location"
)
_ENFORCEMENT_URL = (
    "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/"
    "creating-rulesets-for-a-repository#using-ruleset-enforcement-statuses"
)
_API_URL = "https://docs.github.com/en/rest/branches/branch-protection#update-branch-protection"
_READ_URLS = {
    ASF: "https://github.com/apache/infrastructure-asfyaml#branchpro",
    RULESET: "https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset",
}
"""Where the documentation says from which keys required checks are read, by kind of file; the API for the rest."""
_REMARKS = ('"_', '"//', '"$comment"', '"comment"', '"note')
"""How a remark begins in JSON, which has no comments."""
_NEAR = 3
"""Lines above a setting in which a comment may explain it."""

_SETTINGS = """branches:
  - name: main
    protection:
      required_pull_request_reviews: null
      required_status_checks:
        strict: true
        contexts: [{checks}]
      enforce_admins: true
      restrictions: null
"""

META = RuleMeta(
    id="MD-108",
    version="1.0",
    name="gate-setting-without-effect",
    title="A gate setting that enforces nothing",
    why=(
        "The setting reads as protection and gives none: a branch must be up to date although no check is required, a "
        "code owner must approve although nobody owns anything, checks are listed in a ruleset that is switched off or "
        "under a key that nothing reads. Whoever reviews the gate counts on it."
    ),
    remediation="Give the setting what it needs (checks, a CODEOWNERS file, the right place), or take it out.",
    sources=(_STRICT_URL, _OWNERS_URL, _ENFORCEMENT_URL),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("gates", "codeowners"),
    example_bad=((".github/settings.yml", _SETTINGS.format(checks="")),),
    example_good=((".github/settings.yml", _SETTINGS.format(checks="test")),),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every setting of a layer that has no effect."""
    del context  # no options, no policy
    gates = [gate for gate in facts.gates if gate.kind in GITHUB_KINDS and not gate.template]
    if not gates:
        return NotApplicable("no file declares a merge gate of GitHub")
    found: list[Finding] = []
    asking: dict[str, Gate] = {}  # one layer of each file that counts on code owners: their lack is one mistake
    for gate in gates:
        found += [_ignored(gate, key) for key in gate.ignored_keys]
        if gate.active:
            found += _strict(gate, gates)
            if gate.reviews and gate.reviews.code_owner and gate.reviews.code_owner.value:
                asking.setdefault(gate.path, gate)
        elif gate.enforcement.value == DISABLED and gate.target == BRANCH:
            found += _disabled(gate, gates, facts)
    return [*found, *(finding for gate in asking.values() for finding in _code_owner(gate, facts))]


def _confidence(gate: Gate, most: Confidence = Confidence.HIGH) -> Confidence:
    """Return the highest confidence a layer allows: low when it may be about another repository."""
    return most if gate.certain else Confidence.LOW


def _ignored(gate: Gate, key: IgnoredKey) -> Finding:
    parent = key.locator.rpartition(".")[0] or "the top level"
    return META.finding(
        f"'{key.key}' stands where nothing reads it",
        f"'{key.key}' under {parent} of {gate.path} has no effect: {key.reason}. What it asks for is not required.",
        actual(key.span, "nothing reads this key here", locator=key.locator, value=key.key),
        norm(_READ_URLS.get(gate.kind, _API_URL), "where required checks are read"),
        remediation=f"Move '{key.locator}' in {gate.path} to the place that is read, or delete it.",
        confidence=_confidence(gate),
    )


def _strict(gate: Gate, gates: list[Gate]) -> Iterator[Finding]:
    """Yield a finding for `strict` over an empty list of checks that no other layer fills."""
    strict, empty = gate.strict, gate.checks_at
    if strict is None or not strict.value or gate.checks or empty is None:
        return
    if gate.kind == ASF or gate.partial or gate.workflows or _intended(gate.document, strict.span, empty):
        return
    if any(other.checks for other in _beside(gate, gates)):
        return
    yield META.finding(
        f"'{gate.name or gate.path}' asks for up-to-date branches and requires no check",
        f"{gate.path} requires branches to be up to date for {_scope(gate)}, and its list of required checks is empty. "
        "GitHub applies the setting only to required checks, so nothing is enforced.",
        declared(strict.span, "branches must be up to date", locator=strict.locator, value="true"),
        actual(empty, "no check is required", locator=f"{gate.locator}:checks", value="[]"),
        norm(_STRICT_URL, "takes effect only with at least one required check"),
        remediation=f"Name the checks to wait for in {gate.path}, or set '{strict.locator}' to false.",
        severity=Severity.MEDIUM,
        confidence=_confidence(gate),
    )


def _code_owner(gate: Gate, facts: Snapshot) -> Iterator[Finding]:
    """Yield a finding for code-owner review where nobody is a code owner."""
    owner = gate.reviews.code_owner if gate.reviews else None
    if owner is None or _intended(gate.document, owner.span):
        return
    lack = _lack_of_owners(facts)
    if lack is None:
        return
    place, note = lack
    where = place.path if place else "The repository"
    sides: list[Evidence] = [declared(owner.span, "a code owner must review", locator=owner.locator, value="true")]
    sides.append(
        actual(place, note, locator="CODEOWNERS", value=note) if place else norm(_OWNERS_URL, f"the repository {note}")
    )
    yield META.finding(
        "Code-owner review is required and nobody is a code owner",
        f"{gate.path} requires the review of a code owner for {_scope(gate)}. {where} {note}, so this setting asks "
        "nobody for a review.",
        *sides,
        remediation=(
            f"Name owners in {place.path if place else PLACES[0]}, or set '{owner.locator}' in {gate.path} to false."
        ),
        confidence=_confidence(gate, Confidence.HIGH if _covers_tree(gate, facts) else Confidence.MEDIUM),
    )


def _lack_of_owners(facts: Snapshot) -> tuple[Span | None, str] | None:
    """Return where and how ownership is missing, None where files have owners or that is not known."""
    if not any(place in facts.files for place in PLACES):
        return None, f"has no CODEOWNERS in {PLACES[0]}, {PLACES[1]} or {PLACES[2]}"
    owners = facts.codeowners
    text = facts.text(owners.path) if owners else None
    if owners is None or text is None or owners.gitlab:
        return None
    place = text.span_of_line(1)
    if owners.too_large:
        return place, "is too large, so GitHub ignores it whole"
    if not any(rule.owners for rule in owners.rules):
        return place, "names no owner for any file"
    from phase_mirror.repository.globs.path_index import PathIndex  # noqa: PLC0415 - only where the question arises
    from phase_mirror.repository.ownership import Ownership  # noqa: PLC0415 - as above

    ownership = Ownership(owners, PathIndex(facts.files))
    if not ownership.decided or len(ownership.unowned()) < len(facts.files):
        return None
    return place, "has no pattern with an owner that fits any file"


def _disabled(gate: Gate, gates: list[Gate], facts: Snapshot) -> Iterator[Finding]:
    """Yield a finding for a disabled ruleset whose checks nothing else requires; a declared policy is for MD-102."""
    if not gate.checks or gate.classic or _intended(gate.document, gate.enforcement.span):
        return
    if _told_disabled(gate, facts):
        return
    elsewhere = {check.context for other in _beside(gate, gates) for check in other.checks}
    idle = [check for check in gate.checks if check.context not in elsewhere]
    if not idle:
        return
    names = ", ".join(f"'{check.context}'" for check in idle[:3]) + (", ..." if len(idle) > 3 else "")
    yield META.finding(
        f"The ruleset '{gate.name}' lists required checks and is disabled",
        f"The ruleset '{gate.name}' in {gate.path} requires {names} and is disabled, so GitHub enforces none of it.",
        declared(idle[0].span, "required by the ruleset", locator=idle[0].locator, value=idle[0].context),
        actual(gate.enforcement.span, "and not enforced", locator=gate.enforcement.locator, value=DISABLED),
        norm(_ENFORCEMENT_URL, "a disabled ruleset is not enforced"),
        remediation=f"Set '{gate.enforcement.locator}' in {gate.path} to active, or delete the file.",
        severity=Severity.LOW,
        confidence=Confidence.LOW,
    )


def _told_disabled(gate: Gate, facts: Snapshot) -> bool:
    """Say whether a README in the folder of the ruleset speaks of its being disabled."""
    folder = gate.path.rpartition("/")[0]
    path = f"{folder}/README.md" if folder else "README.md"
    text = facts.text(path) if path in facts.files else None
    return text is not None and "disabled" in text.text.lower()


def _beside(gate: Gate, gates: list[Gate]) -> Iterator[Gate]:
    """Yield the other active layers that may cover a branch of this one."""
    names = [pattern.literal for pattern in gate.include]
    for other in gates:
        if other is not gate and other.active:
            covers = [name is None or other.applies_to(name, name) is not False for name in names]
            if any(covers) or not covers:
                yield other


def _covers_tree(gate: Gate, facts: Snapshot) -> bool:
    """Say whether the layer surely covers the branch whose CODEOWNERS is read here: the default branch."""
    default = facts.default_branch
    if gate.branch_assumed:
        return False
    if default is not None:
        return gate.applies_to(default, default) is True
    return any(pattern.text in {"~DEFAULT_BRANCH", "~ALL"} for pattern in gate.include)


def _scope(gate: Gate) -> str:
    """Return the branches in words."""
    words = {"~DEFAULT_BRANCH": "the default branch", "~ALL": "all branches"}
    named = [words.get(pattern.text, f"'{pattern.text.removeprefix('refs/heads/')}'") for pattern in gate.include]
    return ", ".join(named[:3]) + (", ..." if len(named) > 3 else "") if named else "its branches"


@cache
def _choice() -> re.Pattern[str]:
    return re.compile(
        r"\b(intentional(ly)?|on purpose|deliberate(ly)?|by design|for now|temporar(y|ily)|not yet|todo|"
        r"no (required |status )*checks)\b",
        re.IGNORECASE,
    )


def _intended(document: Document, *spans: Span) -> bool:
    """Say whether a comment calls a setting a choice: on its line or shortly above; in JSON any remark of the file."""
    if document.path.endswith(".json"):
        return any(_choice().search(line) for line in map(str.strip, document.lines) if line.startswith(_REMARKS))
    first, last = min(span.line for span in spans), max(span.line for span in spans)
    return any(
        _choice().search(document.line(number).partition("#")[2]) for number in range(max(1, first - _NEAR), last + 1)
    )
