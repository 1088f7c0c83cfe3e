"""The L0 invariants in an analysis: the state is real, and every violation is an item that blocks.

1. The schema of the report about to be written, and the write grants of the head's workflows, make the state; what this
   installation does not have (baseline, nonce, windows) is named absent and not judged.
2. The invariants are checked on it.
3. Every place that violates one makes a critical item. No exemption, option or narrowing leaves it out.
4. A place that the base, or the adoption baseline, has too is pre-existing.

Code of an untrusted author is what MD-202 found with high confidence and nobody exempted or reviewed away; it stands as
that finding stands. Where MD-202 did not run, bit 14 is named absent.
"""

from __future__ import annotations

from phase_mirror.l0 import (
    CHECKS,
    GRANTABLE,
    PERMISSION_BITS,
    PERMISSIONS,
    SCHEMA_HASH,
    UNKNOWN_SCOPE,
    UNTRUSTED_CODE,
    WRITE_ALL,
    Policy,
    State,
    valid_state,
)
from phase_mirror.model.finding import Evidence, Finding, fingerprint
from phase_mirror.model.levels import Confidence, Role, RuleOutcome, Severity, Standing, Status
from phase_mirror.model.record import Record
from phase_mirror.model.report import Invariant, Invariants
from phase_mirror.model.report_json import SCHEMA_VERSION
from phase_mirror.model.rule import RuleMeta
from phase_mirror.model.span import Span
from phase_mirror.oracle.grants import ceiling_bits, grants_of
from phase_mirror.oracle.request import OutOfTimeError
from phase_mirror.oracle.run import crash_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.model.policy import TokenCeiling
    from phase_mirror.model.report import Item
    from phase_mirror.oracle.grants import WriteGrant
    from phase_mirror.oracle.request import Request
    from phase_mirror.oracle.run import RuleResult
    from phase_mirror.oracle.seal import Sealer
    from phase_mirror.repository.snapshot import Snapshot

PAGE = "https://github.com/phase-mirror/phase-mirror/blob/main/docs/guides/embedding-l0.md"
REPORT = "dissonance_report.json"
"""The file that a schema violation concerns; it is in no tree."""
UNTRUSTED = "MD-202"
"""The rule that finds code of an untrusted author with a write token."""
SYNTAX = "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions"
ABSENT = (
    "",
    "",
    "there is no approved baseline to drift from",
    "no redaction nonce is loaded",
    "there are no windows of reviewed findings",
)
"""Why a check is not judged, by bit; the first two always are."""


class InvariantMeta(RuleMeta):
    """What an invariant says of itself."""

    @property
    def url(self) -> str:
        """Return the address of its section."""
        return f"{PAGE}#{self.id.lower()}"


def _meta(bit: int) -> InvariantMeta:
    return InvariantMeta(
        id=f"L0-{bit}",
        version="1.0",
        name=CHECKS[bit].replace("_", "-"),
        title=f"The invariant {CHECKS[bit]} is violated",
        why="What an invariant forbids is authority, or a report, that nobody can bound or check.",
        remediation="",
        sources=(PAGE,),
        severity=Severity.CRITICAL,
        confidence=Confidence.HIGH,
        standing=Standing.BLOCKING,
        inputs=(),
        example_bad=(),
        example_good=(),
    )


class Judgement(Record):
    """What the invariants say of one run.

    Attributes:
        summary: for the report.
        items: one for each violating place, with status and number.
        late: the workflows could not be read in the time that was left.
        crash: the sentence of a crash, empty without one.
        base_unknown: the base could not be read, so that old violations look new.
    """

    summary: Invariants
    items: tuple[Item, ...] = ()
    late: bool = False
    crash: str = ""
    base_unknown: bool = False


def judge(
    request: Request, sealer: Sealer, results: Iterable[RuleResult], items: Iterable[Item], deadline: float
) -> Judgement:
    """Return the judgement of a run.

    Args:
        request: the analysis.
        sealer: makes items of findings.
        results: what the rules said.
        items: their findings, with status.
        deadline: when the time budget is spent, by the clock of the request.
    """
    ceiling = request.config.policy.token_ceiling
    try:
        grants = _read(request, request.head, deadline)  # 1
    except OutOfTimeError:
        return Judgement(_summary(request, _state(request, ()), None, "the time budget was spent before"), late=True)
    except Exception as error:  # noqa: BLE001 - reported as the crash of a rule is; the run is incomplete
        return Judgement(_summary(request, _state(request, ()), None, "its reader crashed"), crash=crash_of(error))
    untrusted = [item for item in items if _is_untrusted_code(item)]
    state = _state(request, grants, untrusted=bool(untrusted))
    unknown = "" if _ran(results) else f"{UNTRUSTED} did not run, so bit 14 is not judged"
    summary = _summary(request, state, grants, unknown)  # 2
    if not summary.mask:
        return Judgement(summary)
    placed = [sealer.item(finding, _meta(1), Standing.BLOCKING) for finding in _too_wide(grants, ceiling)]  # 3
    old, base_unknown = _before(request, sealer, deadline) if placed else ({}, False)
    found = [*_marked(placed, old), *(_of_untrusted_code(item) for item in untrusted)]  # 4
    if summary.mask & SCHEMA_HASH:
        found.append(sealer.item(_wrong_schema(summary.sentences[0]), _meta(0), Standing.BLOCKING))
    return Judgement(summary, tuple(_numbered(found)), base_unknown=base_unknown)


def _read(request: Request, tree: Snapshot, deadline: float) -> list[WriteGrant]:
    begun = request.clock()
    if begun >= deadline:
        raise OutOfTimeError
    found: list[WriteGrant] = request.within(deadline - begun, lambda: grants_of(tree, request.config.policy))
    return found


def _ran(results: Iterable[RuleResult]) -> bool:
    """Say whether the rule that bit 14 hangs on gave an answer."""
    silent = {RuleOutcome.SKIPPED, RuleOutcome.ERROR, RuleOutcome.NOT_AVAILABLE}
    return any(result.meta.id == UNTRUSTED and result.outcome not in silent for result in results)


def _is_untrusted_code(item: Item) -> bool:
    standing = item.status in {Status.NEW, Status.PRE_EXISTING}
    return item.rule_id == UNTRUSTED and item.confidence is Confidence.HIGH and standing


# -- the state -----------------------------------------------------------------------------------------------------


def _policy(request: Request) -> Policy:
    ceiling = request.config.policy.token_ceiling
    return Policy(ceiling=GRANTABLE if ceiling is None else ceiling_bits(ceiling))


def _state(request: Request, grants: Iterable[WriteGrant], *, untrusted: bool = False) -> State:
    bits = UNTRUSTED_CODE if untrusted else 0
    for grant in grants:
        bits |= grant.bit
    fields: dict[str, object] = {"schema_version": SCHEMA_VERSION, "permission_bits": bits}
    if request.schema_hash is not None:
        fields["schema_hash"] = request.schema_hash
    return valid_state(request.now, **fields)


def _summary(request: Request, state: State, grants: list[WriteGrant] | None, unknown: str) -> Invariants:
    """Check a state; without grants the permission bits are not judged."""
    policy = _policy(request)
    judged = SCHEMA_HASH if request.schema_hash is not None else 0
    judged |= 0 if grants is None else PERMISSION_BITS
    mask = policy.check(state, request.now) & judged
    said = [
        f"schema {state.schema_version}, SHA-256 {state.schema_hash[:12]}",
        unknown if grants is None else "; ".join(filter(None, (_granted(state, request), unknown))),
        *ABSENT[2:],
    ]
    if request.schema_hash is None:
        said[0] = "the caller gave no hash of the schema"
    checks = []
    for bit, name in enumerate(CHECKS):
        result = "absent" if not judged >> bit & 1 else "violated" if mask >> bit & 1 else "holds"
        checks.append(Invariant(f"L0-{bit}", name, result, said[bit]))
    prefixes = tuple(f"{name}: " for bit, name in enumerate(CHECKS) if mask >> bit & 1)
    sentences = tuple(text for text in policy.explain(state, request.now) if text.startswith(prefixes))
    return Invariants(mask, judged, sentences, tuple(checks))


def _granted(state: State, request: Request) -> str:
    """Return what is granted, and the ceiling, for people."""
    names = [name for bit, name in enumerate(PERMISSIONS) if state.permission_bits >> bit & 1]
    without_bounds = (
        (WRITE_ALL, "write-all"),
        (UNKNOWN_SCOPE, "a scope this version does not know"),
        (UNTRUSTED_CODE, "code of an untrusted author"),
    )
    names += [name for bit, name in without_bounds if state.permission_bits & bit]
    ceiling = "no ceiling is declared" if request.config.policy.token_ceiling is None else "a ceiling is declared"
    return f"write is granted: {', '.join(names)} ({ceiling})" if names else f"no write is granted ({ceiling})"


# -- the violations ------------------------------------------------------------------------------------------------


def _too_wide(grants: Iterable[WriteGrant], ceiling: TokenCeiling | None) -> list[Finding]:
    """Return a finding for every grant without bounds or beyond the ceiling."""
    allowed = GRANTABLE if ceiling is None else ceiling_bits(ceiling)
    return [_finding(grant, ceiling) for grant in grants if grant.bit & ~allowed]


def _finding(grant: WriteGrant, ceiling: TokenCeiling | None) -> Finding:
    value = grant.word if grant.bit == WRITE_ALL else f"{grant.word}: write"
    words = {
        WRITE_ALL: (
            "'write-all' is authority without bounds",
            "The token may write everything there is, also what GitHub adds later; no ceiling can bound that.",
            f"Name the scopes the job needs under `permissions` in {grant.span.path}.",
        ),
        UNKNOWN_SCOPE: (
            f"'{value}' is a scope this version does not know",
            "What the token may write with it is not known, so no ceiling can bound it.",
            f"Mend the scope in {grant.span.path}; if GitHub has it, name it under `policy.token_scopes` on the base.",
        ),
    }
    title, message, remediation = words.get(
        grant.bit,
        (
            f"'{value}' is beyond the declared ceiling of the token",
            f"`policy.token_ceiling` does not let a token write {grant.word}.",
            f"Remove `{value}` from {grant.span.path}, or raise `policy.token_ceiling` on the base branch.",
        ),
    )
    other = Evidence(Role.NORM, None, "what the scopes of a token are", url=SYNTAX)
    if ceiling is not None and grant.bit not in {WRITE_ALL, UNKNOWN_SCOPE}:
        scope = grant.word.lower()
        other = Evidence(
            Role.DECLARED, ceiling.span_of(scope), "the widest token allowed", "policy.token_ceiling", scope
        )
    actual = Evidence(Role.ACTUAL, grant.span, f"grants `{value}`", grant.locator, value)
    return Finding("L0-1", Severity.CRITICAL, Confidence.HIGH, title, message, (actual, other), remediation)


def _of_untrusted_code(item: Item) -> Item:
    """Return the item of code that MD-202 found: same places, same standing against the base."""
    meta = _meta(1)
    violation = item.replace(
        rule_id=meta.id,
        rule_version=meta.version,
        severity=Severity.CRITICAL,
        standing=Standing.BLOCKING,
        title="Code of an untrusted author runs with the repository's authority",
        message=f"Authority that a stranger's code holds cannot be bounded ({UNTRUSTED}: {item.title}).",
        edits=(),
        url=meta.url,
    )
    return violation.replace(id=fingerprint(violation, meta.major))


def _wrong_schema(sentence: str) -> Finding:
    place = Evidence(Role.ACTUAL, Span.of_file(REPORT), "would be written by another schema", "meta", "schema")
    return Finding(
        "L0-0",
        Severity.CRITICAL,
        Confidence.HIGH,
        "The report schema of this installation is not the one it was built with",
        f"A report that its readers cannot rely on must not decide: {sentence.partition(': ')[2]}",
        (place,),
        "Install phase-mirror again; `phase-mirror validate` tells when the schema is right.",
    )


# -- against the base ----------------------------------------------------------------------------------------------


def _before(request: Request, sealer: Sealer, deadline: float) -> tuple[dict[str, int], bool]:
    """Return how often each violation is on the base and in the adoption baseline, and whether that is unknown."""
    counts = dict(request.baseline or {})
    if request.change is None:
        return counts, False
    try:
        grants = _read(request, request.change.before, deadline)
    except OutOfTimeError:
        return counts, True
    except Exception:  # noqa: BLE001 - said as a reason: new and old cannot be told apart
        return counts, True
    for finding in _too_wide(grants, request.config.policy.token_ceiling):
        identity = fingerprint(sealer.redacted(finding), _meta(1).major)
        counts[identity] = counts.get(identity, 0) + 1
    return counts, False


def _marked(items: Iterable[Item], before: dict[str, int]) -> list[Item]:
    """Return the items with their status; of equal ones as many are pre-existing as there were."""
    left = dict(before)
    marked = []
    for item in items:
        known = left.get(item.id, 0) > 0
        if known:
            left[item.id] -= 1
        marked.append(item.replace(status=Status.PRE_EXISTING if known else Status.NEW))
    return marked


def _numbered(items: Iterable[Item]) -> list[Item]:
    """Return the items with equal identities numbered."""
    seen: dict[str, int] = {}
    numbered = []
    for item in items:
        seen[item.id] = seen.get(item.id, 0) + 1
        numbered.append(item if seen[item.id] == 1 else item.replace(id=f"{item.id}-{seen[item.id]}"))
    return numbered
