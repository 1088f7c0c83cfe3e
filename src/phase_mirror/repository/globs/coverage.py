"""The exact question about filters: is there a change for which no workflow runs?

A change is a non-empty set of paths. With `paths` a workflow runs when some changed path matches, with `paths-ignore`
when some changed path is not ignored; so none of several workflows runs exactly when every changed path lies outside
the union of what their filters let through. One such path is a whole change, hence one path decides.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushpull_requestpull_request_targetpathspaths-ignore
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.search import WORK_PER_STATE, shortest
from phase_mirror.repository.limits import DEFAULT_LIMITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from phase_mirror.repository.globs.filters import FilterSet
    from phase_mirror.repository.globs.language import Undecided
    from phase_mirror.repository.limits import Limits


class Gap(Record):
    """A path that no filter lets through.

    Attributes:
        path: the path; a change of it alone runs nothing.
        tracked: whether it is a file of the repository; else it is a possible path, as short as can be.
    """

    path: str
    tracked: bool


def uncovered(
    filters: Sequence[FilterSet], tracked: Iterable[str], limits: Limits = DEFAULT_LIMITS
) -> Gap | Undecided | None:
    """Search a path outside the union of what the filters let through.

    Args:
        filters: the path filter of each workflow; an unfiltered one lets everything through.
        tracked: the files of the repository, in the order in which a witness is preferred.
        limits: `automaton_states` bounds the search, and the work on the tracked files.

    Returns:
        A tracked file outside the union if there is one, else the shortest possible path, None when the union holds
        every path, and UNDECIDED at the limit, or when the answer hangs on a filter that cannot be read.
    """
    readable = [filter_set for filter_set in filters if filter_set.problem is None]
    if any(filter_set.unfiltered for filter_set in readable) or _mirrored(readable):
        return None
    if len(readable) < len(filters):
        # What is readable may cover everything alone; otherwise the rest decides, and it is unknown.
        return None if _possible(readable, limits) is None else UNDECIDED
    budget = limits.automaton_states * WORK_PER_STATE
    for path in tracked:
        if not any(filter_set.matches(path) for filter_set in readable):
            return Gap(path, tracked=True)
        if sum(filter_set.automaton.work for filter_set in readable) > budget:
            return UNDECIDED
    path_or_none = _possible(readable, limits)
    return Gap(path_or_none, tracked=False) if isinstance(path_or_none, str) else path_or_none


def overlap(one: FilterSet, other: FilterSet, limits: Limits = DEFAULT_LIMITS) -> bool | Undecided:
    """Say whether some single path or name is let through by both filters."""
    if one.problem or other.problem:
        return UNDECIDED
    found = shortest([one.automaton, other.automaton], (True, True), limits)
    return UNDECIDED if found is UNDECIDED else found is not None


def complementary(one: FilterSet, other: FilterSet, limits: Limits = DEFAULT_LIMITS) -> bool | Undecided:
    """Say whether two filters together let every path through, as `paths: X` and `paths-ignore: X` do."""
    found = uncovered([one, other], (), limits)
    return UNDECIDED if found is UNDECIDED else found is None


def _possible(filters: Sequence[FilterSet], limits: Limits) -> str | Undecided | None:
    return shortest([filter_set.automaton for filter_set in filters], [False] * len(filters), limits)


def _mirrored(filters: Sequence[FilterSet]) -> bool:
    """Say whether one filter ignores just what another one lets through: the usual pair, known without a search."""
    held = {frozenset(pattern.text for pattern in filter_set.patterns) for filter_set in filters if filter_set.ignore}
    return any(
        frozenset(pattern.text for pattern in filter_set.patterns) in held
        for filter_set in filters
        if not filter_set.ignore
    )
