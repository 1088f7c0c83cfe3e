"""Files that lose their last owner: CODEOWNERS of the base against that of the change, on the files of the change.

Silent: one owner of several who leaves, other owners in place of the old ones, patterns of files that are gone.
"""

from __future__ import annotations

from phase_mirror.model.glob import matches_any
from phase_mirror.model.levels import Confidence
from phase_mirror.model.span import Span
from phase_mirror.repository.codeowners import PLACES
from phase_mirror.repository.globs.path_index import PathIndex
from phase_mirror.repository.ownership import Ownership
from phase_mirror.rules.governance import Loss, counted, left_of, listed, on_base, on_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.policy import Policy
    from phase_mirror.repository.codeowners import Codeowners, OwnerRule
    from phase_mirror.repository.snapshot import Snapshot

    Lost = dict[tuple[int, int], list[str]]

MOST_PATTERNS = 5
"""Patterns reported one by one; a change that takes more away is reported as one."""

_GOVERNING = (".github/**", ".phase-mirror.yml", ".phase-mirror/**", *PLACES[1:])


def lost_owners(head: Snapshot, base: Snapshot, policy: Policy) -> Iterator[Loss]:
    """Yield what the change to CODEOWNERS leaves without an owner."""
    was, now = base.codeowners, head.codeowners
    if was is None or not was.rules or any(place in head.unreadable for place in PLACES):
        return
    if now is not None and (now.path, now.lines) == (was.path, was.lines):
        return
    index = PathIndex(head.paths)
    before = Ownership(was, index)
    if now is None or now.gitlab or now.too_large:
        yield from _file_lost(head, was, now, before)
        return
    after = Ownership(now, index)
    if not before.decided or not after.decided:
        yield _undecided(was, now)
        return
    lost: Lost = {}
    rules = {id(rule): number for number, rule in enumerate(was.rules)}
    undone = {id(rule): number for number, rule in enumerate(now.rules)}
    for place, path in enumerate(index.paths):
        old, new = before.rule_of(place), after.rule_of(place)
        if old is not None and old.owners and (new is None or not new.owners):
            lost.setdefault((rules[id(old)], -1 if new is None else undone[id(new)]), []).append(path)
    if len(lost) > MOST_PATTERNS:
        yield _many(was, now, lost, policy)
        return
    for (number, by), paths in lost.items():
        yield _pattern(was.rules[number], now, None if by < 0 else now.rules[by], paths, policy)


def _file_lost(head: Snapshot, was: Codeowners, now: Codeowners | None, before: Ownership) -> Iterator[Loss]:
    """Report that no CODEOWNERS file counts any more, when anything was owned."""
    owned = len(before.index.paths) - len(before.unowned())
    if not owned:
        return
    if now is None:
        why, left = "is taken away", left_of(head, was.path, "no longer read", locator=was.path)
    else:
        reads = "is written for GitLab" if now.gitlab else "is over GitHub's size limit and ignored whole"
        why = "no longer counts" if now.path == was.path else f"is hidden by {now.path}"
        left = left_of(head, now.path, reads, locator=now.path, value="ignored")
    first = was.rules[0]
    yield Loss(
        key=("codeowners", was.path),
        title=f"{was.path} {why}, and {counted(owned, 'file loses its owner', 'files lose their owner')}",
        message=(
            f"On the base {was.path} gives {counted(owned, 'file', 'files')} of this tree an owner. With the change it "
            f"{why}, so nobody is asked to review them."
        ),
        was=on_base(first.span, "owners declared from here on", locator=was.path, value=str(len(was.rules))),
        now=left,
        fix=f"Keep {was.path} as it is on the base, or move its lines to a place that GitHub reads.",
    )


def _undecided(was: Codeowners, now: Codeowners) -> Loss:
    return Loss(
        key=("codeowners", "undecided"),
        title=f"What the change to {now.path} does to the owners cannot be worked out",
        message="Its patterns match so many files in so many ways that comparing them was given up.",
        was=on_base(was.rules[0].span, "the owners on the base", locator=was.path),
        now=on_head(Span.of_file(now.path), "too costly to compare", locator=now.path),
        fix=f"Write the patterns of {now.path} with fewer wildcards.",
        confidence=Confidence.MEDIUM,
    )


def _many(was: Codeowners, now: Codeowners, lost: Lost, policy: Policy) -> Loss:
    """Report many patterns as one."""
    meant = all(by >= 0 and not _governs(paths, policy) for (_, by), paths in lost.items())
    numbers = sorted({number for number, _ in lost})
    names = listed([f"'{was.rules[number].pattern.text}'" for number in numbers])
    files = sum(map(len, lost.values()))
    first = was.rules[numbers[0]]
    return Loss(
        key=("codeowners", "patterns"),
        title=f"{files} files of {len(numbers)} patterns lose their owner",
        message=f"The change to {now.path} leaves nobody as the owner of files that {names} gave an owner.",
        was=on_base(first.pattern_span, "the first of them", locator=first.pattern.text, value=_owners(first)),
        now=on_head(Span.of_file(now.path), "no owner here any more", locator=now.path, value="unowned"),
        fix=f"Put the lines back into {now.path}, or name other owners.",
        confidence=Confidence.MEDIUM if meant else Confidence.HIGH,
    )


def _governs(paths: list[str], policy: Policy) -> bool:
    """Say whether files are among those that govern the repository, or that the policy calls sensitive."""
    globs = (*_GOVERNING, *(glob.value for glob in policy.sensitive_paths))
    return any(matches_any(globs, path) for path in paths)


def _pattern(old: OwnerRule, now: Codeowners, new: OwnerRule | None, paths: list[str], policy: Policy) -> Loss:
    """Report one pattern of the base.

    A line that takes ownership away in so many words may be meant, unless governing files are among them.
    """
    pattern = old.pattern.text
    meant = new is not None and not _governs(paths, policy)
    example = f"'{paths[0]}'" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
    if new is not None:
        how = f"line {new.line_number} of {now.path} takes ownership away"
        at = on_head(new.span, "names nobody", locator=new.pattern.text, value="unowned")
        fix = f"Name an owner behind '{new.pattern.text}' in {now.path}, or remove the line."
    else:
        how = f"no line of {now.path} gives it one"
        skipped = next((each for each in now.problems if each.skips_line and each.pattern == pattern), None)
        note = "GitHub ignores this line" if skipped else "no owner here any more"
        at = on_head(skipped.span if skipped else Span.of_file(now.path), note, locator=pattern, value="unowned")
        fix = f"Put '{pattern}' back into {now.path} with its owners, or name others."
    return Loss(
        key=("codeowners", pattern, new.pattern.text if new else ""),
        title=f"{counted(len(paths), 'file loses its owner', 'files lose their owner')}: '{pattern}'",
        message=(
            f"On the base '{pattern}' gives {example} an owner: {_owners(old)}. With the change {how}, so nobody is "
            "asked to review it."
        ),
        was=on_base(old.pattern_span, f"owned by {_owners(old)}", locator=pattern, value=_owners(old)),
        now=at,
        fix=fix,
        confidence=Confidence.MEDIUM if meant else Confidence.HIGH,
    )


def _owners(rule: OwnerRule) -> str:
    return listed([owner.text for owner in rule.owners])
