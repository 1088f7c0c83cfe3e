"""MD-408: does CODEOWNERS own less than it reads as?

Two questions. Does `dir/*`, which matches only the files right in a directory, leave most of the directory out? And is
a pattern really an owner, because the pattern was forgotten? Silent: `/*`, directories where another line speaks of a
part of what lies below (then the difference is known), deeper files that belong to the same owners anyway, and a
name like `@scope` that is in the tree.
"""

from __future__ import annotations

from phase_mirror.model.finding import Edit
from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.record import Record
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.owners import OwnersPattern, Reach
from phase_mirror.rules.code_owners import SYNTAX, Owned, count_of, directory_of, owned, owners_in_words
from phase_mirror.rules.protocol import actual, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.codeowners import OwnerRule
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Context, Verdict

PLAIN_RATIO = 3
PLAIN_COUNT = 5
"""Numbers that speak for themselves: so many times more files below than directly inside, and at least so many."""

META = RuleMeta(
    id="MD-408",
    version="1.0",
    name="codeowners-narrower-than-meant",
    title="A CODEOWNERS line that owns less than it reads as",
    why=(
        "`dir/*` matches the files right in the directory and nothing deeper, other than in a .gitignore; and a line "
        "that starts with an owner has that owner as its pattern and owns nothing. Both look like full coverage."
    ),
    remediation="Write `/dir/` for everything below a directory, and a pattern before the owners of every line.",
    sources=(SYNTAX,),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("codeowners",),
    example_bad=(
        (".github/CODEOWNERS", "src/* @acme/developers\n"),
        ("src/app.py", ""),
        *((f"src/{name}/app.py", "") for name in ("one", "two", "three", "four", "five")),
    ),
    example_good=(
        (".github/CODEOWNERS", "src/ @acme/developers\n"),
        ("src/app.py", ""),
        *((f"src/{name}/app.py", "") for name in ("one", "two", "three", "four", "five")),
    ),
)


class _Below(Record):
    """What a `dir/*` leaves out.

    Attributes:
        direct: files right in the directory.
        free: deeper files that nobody owns.
        others: deeper files that belong to other owners by an earlier line.
        example: one of them.
    """

    direct: int
    free: int
    others: int
    example: str


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every line that owns less than it reads as."""
    del context  # no options, no policy
    own = owned(facts)
    if not isinstance(own, Owned):
        return own
    del facts
    found: list[Finding] = []
    for number, rule in enumerate(own.codeowners.rules):
        if rule.reads_as_owner:
            found += [_no_pattern(rule, own)] if own.ownership.matched(number) == 0 else []
        elif rule.pattern.reach is Reach.DIRECT and rule.pattern.segments and rule.owners:
            below = _below(number, rule, own)
            found += [_direct(rule, below, own)] if below else []
    return found


def _no_pattern(rule: OwnerRule, own: Owned) -> Finding:
    text, path = rule.pattern.text, own.codeowners.path
    return META.finding(
        f"CODEOWNERS line '{text}' is an owner without a pattern",
        f"The first word of a line is its pattern, so this line of {path} is about files named '{text}', of which "
        "there are none. It owns nothing.",
        actual(rule.span, "read as a pattern, and matches no file", locator=text, value="owner as pattern"),
        norm(SYNTAX, "each line holds a pattern, followed by owners"),
        remediation=f"Write the pattern before '{text}' in {path}, such as '* {text}' for all files.",
    )


def _below(number: int, rule: OwnerRule, own: Owned) -> _Below | None:
    """Return what lies deeper than a `dir/*` reaches, None when that is little or known to the author."""
    ownership, rules = own.ownership, own.codeowners.rules
    inside = ownership.index.stretches(OwnersPattern(directory_of(rule.pattern)))
    direct = ownership.matched(number)
    if inside is UNDECIDED or direct is UNDECIDED or not ownership.decided:
        return None
    free = others = 0
    example = ""
    mine = ownership.stretches(number)
    shallow = {place for first, last in mine for place in range(first, last)} if mine is not UNDECIDED else set()
    for place in (place for first, last in inside for place in range(first, last) if place not in shallow):
        decider = ownership.rule_of(place)
        if decider is None or not decider.owners:
            if decider is not None:
                return None
            free += 1
        elif decider.owner_texts >= rule.owner_texts:
            continue
        elif decider.line_number > rule.line_number or not _general(decider, rule):
            return None
        else:
            others += 1
        example = example or ownership.index.paths[place]
    if any(_speaks_below(other, rule) for other in rules):
        return None
    return _Below(direct, free, others, example) if free + others > direct else None


def _general(decider: OwnerRule, rule: OwnerRule) -> bool:
    """Say whether a line is about everything, or about a directory above."""
    start = decider.pattern.text.rstrip("*").rstrip("/").lstrip("/")
    return decider.pattern.everything or rule.pattern.text.lstrip("/").startswith(f"{start}/")


def _speaks_below(other: OwnerRule, rule: OwnerRule) -> bool:
    """Say whether another line names something below the directory of a `dir/*`, so that its author knows better."""
    folder = rule.pattern.text[:-1].lstrip("/")
    return other is not rule and other.pattern.text.lstrip("/").startswith(folder)


def _direct(rule: OwnerRule, below: _Below, own: Owned) -> Finding:
    text, path = rule.pattern.text, own.codeowners.path
    left = below.free + below.others
    plain = left >= PLAIN_RATIO * max(below.direct, 1) and left >= PLAIN_COUNT
    whose = "belong to nobody" if not below.others else f"belong to others{' or to nobody' if below.free else ''}"
    return META.finding(
        f"CODEOWNERS pattern '{text}' owns {count_of(below.direct)} and leaves {left} below out",
        f"'{text}' in {path} matches the {count_of(below.direct)} right in the directory. Deeper ones ({left}), such "
        f"as '{below.example}', {whose} and not to {owners_in_words(rule)}.",
        actual(rule.pattern_span, f"leaves {count_of(left, 'deeper file')} out", locator=text, value="direct files"),
        norm(SYNTAX, "`docs/*` matches no further nested files"),
        remediation=f"Write '{directory_of(rule.pattern)}' for '{text}' in {path} if everything below is meant.",
        severity=Severity.HIGH if not below.others else Severity.LOW,
        confidence=Confidence.HIGH if plain and not below.others else Confidence.MEDIUM,
        edits=(Edit(rule.pattern_span, directory_of(rule.pattern)),),
    )
