"""MD-402: can every CODEOWNERS line take effect?

The last pattern that matches decides. A line is shadowed when one later pattern matches every path that it can match,
and names other owners. Silent: lines that several later ones happen to cover between them (a leading `*` as
fallback), later lines that name all its owners too, patterns that match no file (MD-401).
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.rules.code_owners import SYNTAX, Owned, count_of, owned, owners_in_words
from phase_mirror.rules.protocol import actual, declared, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.codeowners import OwnerRule
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Context, Verdict

_MOST_ALONE = 3
"""Lines shadowed by one and the same line that are reported each for itself; more are one mistake of that line."""

META = RuleMeta(
    id="MD-402",
    version="1.0",
    name="codeowners-shadowed",
    title="A CODEOWNERS line that a later one takes everything from",
    why=(
        "Only the last pattern that matches a file counts: owners of several lines do not add up. A line whose files "
        "all belong to a later one asks nobody for a review, although it reads as if it did."
    ),
    remediation="Move the general line before the special ones, or write the owners of both into one line.",
    sources=(SYNTAX,),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("codeowners",),
    example_bad=(
        (".github/CODEOWNERS", "/src/ @acme/developers\n* @acme/everyone\n"),
        ("src/app.py", ""),
    ),
    example_good=(
        (".github/CODEOWNERS", "* @acme/everyone\n/src/ @acme/developers\n"),
        ("src/app.py", ""),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every line that a later one shadows."""
    del context  # no options, no policy
    own = owned(facts)
    if not isinstance(own, Owned):
        return own
    rules, ownership = own.codeowners.rules, own.ownership
    shadowed: dict[int, list[int]] = {}
    for number, rule in enumerate(rules):
        if ownership.decides(number) or not isinstance(ownership.matched(number), int) or not ownership.matched(number):
            continue
        taker = next((later for later in ownership.takers(number) if _shadows(rules[later], rule, facts)), None)
        if taker is not None and not _names_all(rules[taker], rule):
            shadowed.setdefault(taker, []).append(number)
    found: list[Finding] = []
    for taker, numbers in shadowed.items():
        lines = [rules[number] for number in numbers]
        if len(lines) > _MOST_ALONE:
            found.append(_many(lines, rules[taker], own.codeowners.path))
        else:
            found += [_one(line, rules[taker], own.codeowners.path) for line in lines]
    return found


def _shadows(later: OwnerRule, rule: OwnerRule, facts: Snapshot) -> bool:
    return later.pattern.subsumes(rule.pattern, facts.limits) is True


def _names_all(later: OwnerRule, rule: OwnerRule) -> bool:
    """Say whether every owner of a line is an owner of the later one too, so that nobody is left out."""
    return bool(rule.owners) == bool(later.owners) and rule.owner_texts <= later.owner_texts


def _one(rule: OwnerRule, later: OwnerRule, path: str) -> Finding:
    text, taken = rule.pattern.text, later.pattern.text
    same = text == taken
    what = (
        f"The line '{text}' stands twice in {path}" if same else f"Every file of '{text}' is also matched by '{taken}'"
    )
    return META.finding(
        f"CODEOWNERS line '{text}' {'is repeated with' if same else 'is overruled by'} "
        f"{'other owners' if same else repr(taken)}",
        f"{what}, and the last line that matches decides. So the files belong to {owners_in_words(later)}, and the "
        f"line that names {owners_in_words(rule)} has no effect.",
        declared(rule.span, f"gives them to {owners_in_words(rule)}", locator=text, value=_value(rule)),
        actual(later.span, f"gives them to {owners_in_words(later)}", locator=taken, value=_value(later)),
        norm(SYNTAX, "the last matching pattern takes the most precedence"),
        remediation=(
            f"Write all owners into one '{text}' line of {path}, and delete the other."
            if same
            else f"Move '{taken}' above '{text}' in {path}, or delete '{text}'."
        ),
    )


def _many(lines: list[OwnerRule], later: OwnerRule, path: str) -> Finding:
    first, taken = lines[0], later.pattern.text
    return META.finding(
        f"CODEOWNERS line '{taken}' overrules {count_of(len(lines), 'line')} above it",
        f"'{taken}' matches every file of {count_of(len(lines), 'line')} above it, the first of them "
        f"'{first.pattern.text}', and the last line that matches decides. So their files belong to "
        f"{owners_in_words(later)}, and those lines of {path} have no effect.",
        declared(first.span, "the first line without effect", locator="CODEOWNERS", value="overruled"),
        actual(later.span, f"gives all to {owners_in_words(later)}", locator=taken, value=_value(later)),
        norm(SYNTAX, "the last matching pattern takes the most precedence"),
        remediation=f"Move '{taken}' above '{first.pattern.text}' in {path}.",
    )


def _value(rule: OwnerRule) -> str:
    return " ".join(sorted(rule.owner_texts))
