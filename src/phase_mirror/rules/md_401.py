"""MD-401: does every CODEOWNERS pattern match a file?

High confidence only where an existing path explains the pattern: another case, a typing mistake, a missing or needless
slash, a spelling that CODEOWNERS does not know. Without one, the file may be yet to come. Silent: files that git
ignores, submodules, un-owning lines that nothing explains, `dir/*` over a directory whose files all lie deeper
and lines that are really owners (MD-408). A generated file is reported once, at its generator when the header names it.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.model.span import Span
from phase_mirror.repository.globs.owners import DEEP, OwnersPattern, Reach
from phase_mirror.repository.ignored import Ignored
from phase_mirror.repository.source import LINK, SUBMODULE
from phase_mirror.rules.code_owners import DOCS, SYNTAX, Owned, count_of, directory_of, owned, owners_in_words
from phase_mirror.rules.near_path import NearPaths, literal_path, literal_start
from phase_mirror.rules.protocol import actual, declared, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.codeowners import OwnerRule
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.near_path import Near
    from phase_mirror.rules.protocol import Context, Verdict

_MOST_NAMED = 3
"""Patterns of a generated file that its one finding names."""

META = RuleMeta(
    id="MD-401",
    version="1.0",
    name="codeowners-dead-pattern",
    title="A CODEOWNERS pattern that matches no file",
    why=(
        "The line reads as if somebody answered for those files. It matches nothing, so the files it was written for "
        "are owned by another line or by nobody, and nobody in it is asked for a review."
    ),
    remediation="Write the pattern as the path is now, or delete the line.",
    sources=(SYNTAX, DOCS),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("codeowners",),
    example_bad=(
        (".github/CODEOWNERS", "* @acme/everyone\n/src/paiments/ @acme/payments\n"),
        ("src/payments/card.py", ""),
    ),
    example_good=(
        (".github/CODEOWNERS", "* @acme/everyone\n/src/payments/ @acme/payments\n"),
        ("src/payments/card.py", ""),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every pattern that matches no file."""
    del context  # no options, no policy
    own = owned(facts)
    if not isinstance(own, Owned):
        return own
    ignored = Ignored(facts)
    dead = [
        rule
        for number, rule in enumerate(own.codeowners.rules)
        if own.ownership.matched(number) == 0 and not _excused(rule, own, facts, ignored)
    ]
    if own.codeowners.generated:
        return [_generated(dead, own, facts)] if dead else []
    near = NearPaths(own.ownership.index, [rule.pattern.text for rule in own.codeowners.rules if rule not in dead])
    return [finding for rule in dead for finding in _dead(rule, near.explain(rule.pattern), own)]


def _excused(rule: OwnerRule, own: Owned, facts: Snapshot, ignored: Ignored) -> bool:
    """Say whether a pattern matches nothing for a reason that the tree shows."""
    pattern = rule.pattern
    if pattern.too_long or rule.reads_as_owner:
        return True
    if pattern.reach is Reach.DIRECT and own.ownership.index.stretches(OwnersPattern(directory_of(pattern))):
        return True
    start = literal_start(pattern)
    parts = start.split("/") if start else []
    for count in range(1, len(parts) + 1):
        entry = facts.files.get("/".join(parts[:count]))
        if entry is not None and entry.kind in {LINK, SUBMODULE}:
            return True
    path = start or literal_path(pattern)
    if not path and pattern.segments[:1] == (DEEP,) and len(pattern.segments) == 2:
        path = "".join("x" if len(token) == 1 else token[1:] for token in pattern.segments[1])
    return bool(path) and (ignored.covers(path) or ignored.covers(f"{path}/x"))


def _dead(rule: OwnerRule, near: Near | None, own: Owned) -> list[Finding]:
    text, path = rule.pattern.text, own.codeowners.path
    if near is None and not rule.owners:
        return []
    said = f"{path} gives '{text}' to {owners_in_words(rule)}, and it matches no file of the tree"
    if near is not None:
        return [
            META.finding(
                f"CODEOWNERS pattern '{text}' matches no file, '{near.pattern}' would",
                f"{said}: {near.why}. So this line has no effect.",
                actual(rule.pattern_span, f"matches no file, '{near.path}' is near", locator=text, value="no file"),
                norm(SYNTAX, "how a pattern is read"),
                remediation=f"Write '{near.pattern}' for '{text}' in {path}.",
            )
        ]
    return [
        META.finding(
            f"CODEOWNERS pattern '{text}' matches no file",
            f"{said}, so this line has no effect.",
            actual(rule.pattern_span, "matches no file", locator=text, value="no file"),
            norm(SYNTAX, "how a pattern is read"),
            remediation=f"Correct '{text}' in {path} if the files have moved, or delete the line if they are gone.",
            confidence=Confidence.MEDIUM if literal_path(rule.pattern) else Confidence.LOW,
        )
    ]


def _generated(dead: list[OwnerRule], own: Owned, facts: Snapshot) -> Finding:
    """Return the one finding of a generated file."""
    path, generator = own.codeowners.path, own.codeowners.generator
    at = generator if generator in facts.files else None
    names = ", ".join(f"'{rule.pattern.text}'" for rule in dead[:_MOST_NAMED]) + (
        ", ..." if len(dead) > _MOST_NAMED else ""
    )
    where = dead[0].pattern_span
    sides = [declared(where, "matches no file", locator=path, value="no file")] if at else []
    place = Span.of_file(at) if at else where
    note = "generates them" if at else "the first pattern that matches no file"
    return META.finding(
        f"{count_of(len(dead), 'generated CODEOWNERS pattern')} without a file",
        f"{path} is generated, and {count_of(len(dead), 'pattern')} in it match{'es' if len(dead) == 1 else ''} no "
        f"file of the tree ({names}). They may be place-holders on purpose.",
        *sides,
        actual(place, note, locator=at or path, value="generated"),
        norm(SYNTAX, "how a pattern is read"),
        remediation=f"Take what is gone out of {at or 'the source'}, and generate {path} again.",
        severity=Severity.LOW,
        confidence=Confidence.LOW,
    )
