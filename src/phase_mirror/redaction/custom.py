"""Custom patterns of the configuration: accepted only when they are sure to be linear.

The engine of `re` backtracks, so a pattern must not leave it much to try. At one place of the text a pattern may take
no more than a fixed number of steps, whatever the text: then the whole takes at most that many per character. Refused
are therefore

1. what has no length limit and is not the last thing of the pattern: `[a-z]+-X` reads a long word again from each
   letter,
2. what has no length limit and repeats more than one character: `(ab|a)+`,
3. limited repeats whose combinations exceed `MOST_STEPS`,
4. back references, conditions, look-arounds, and patterns that match the empty text.

A repeat followed by something it cannot match itself leaves nothing to try: `[a-z]{1,20}-[0-9]{1,20}` counts 82.
"""

from __future__ import annotations

import re
import re._constants as codes  # type: ignore[import-not-found] # private; the tests on every version guard it
import re._parser as parser  # type: ignore[import-not-found] # as above

from phase_mirror.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_STEPS = 500
"""Steps at one place."""
_PLENTY = 1 << 40
_EVERYTHING = frozenset(range(257))
"""The first 256 characters, and 256 for all others."""


class _RefusedError(Exception):
    """The pattern is not sure to be linear."""


def compiled(name: str, regex: str) -> re.Pattern[str]:
    """Return a custom pattern compiled.

    Args:
        name: stands in the mark, and in the error.
        regex: what is found.

    Raises:
        ConfigurationError: it is no regular expression, or could take more than linear time.
    """
    then = "limit its repeats such as {1,40}, and leave an unlimited one to the end"
    try:
        pattern = re.compile(regex)
        _check(parser.parse(regex), bool(pattern.flags & re.IGNORECASE))
    except (re.error, RecursionError, OverflowError) as error:
        raise ConfigurationError(
            f"the redaction pattern '{name}' is no regular expression: {error}", where="redaction.patterns"
        ) from error
    except _RefusedError as error:
        raise ConfigurationError(
            f"the redaction pattern '{name}' is refused: {error}", where="redaction.patterns", then=then
        ) from None
    return pattern


def _check(tree: Any, ignore_case: bool) -> None:
    if tree.getwidth()[0] == 0:
        raise _RefusedError("it matches the empty text")
    _, steps, _ = _sequence(list(tree), frozenset(), True, ignore_case)
    if steps > MOST_STEPS:
        raise _RefusedError(f"it may take more than {MOST_STEPS} steps at each character")


def _sequence(nodes: list[Any], after: frozenset[int], last: bool, fold: bool) -> tuple[int, int, frozenset[int]]:
    """Return of a sequence how many ways it can match, how many steps all of them take, and what it can begin with.

    Args:
        nodes: of the parser.
        after: what the rest of the pattern can begin with; empty when nothing follows.
        last: whether nothing that could fail follows.
        fold: whether case is ignored.
    """
    ways, steps, first = 1, 0, after
    for node in reversed(nodes):
        own_ways, own_steps, own_first = _node(node, first, last, fold)
        steps = min(_PLENTY, own_steps + own_ways * steps)
        ways = min(_PLENTY, own_ways * ways)
        first = own_first
        last = False
    return ways, steps, first


def _node(node: Any, after: frozenset[int], last: bool, fold: bool) -> tuple[int, int, frozenset[int]]:
    kind, value = node
    if kind in {codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY}:
        return 1, 1, _members(node, fold)
    if kind is codes.AT:
        return 1, 1, after
    if kind is codes.SUBPATTERN:
        _, added, removed, inside = value
        if added or removed:
            raise _RefusedError("it sets flags inside; set them at its beginning, such as (?i)")
        return _sequence(list(inside), after, last, fold)
    if kind is codes.BRANCH:
        parts = [_sequence(list(part), after, last, fold) for part in value[1]]
        return sum(part[0] for part in parts), sum(part[1] for part in parts), frozenset().union(*(p[2] for p in parts))
    if kind in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        return _repeat(value, after, last, fold)
    raise _RefusedError("look-arounds, back references and conditions are not supported")


def _repeat(value: Any, after: frozenset[int], last: bool, fold: bool) -> tuple[int, int, frozenset[int]]:
    least, most, inside = value
    nodes = list(inside)
    single = len(nodes) == 1 and nodes[0][0] in {codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY}
    unlimited = most is codes.MAXREPEAT or most > MOST_STEPS
    if unlimited and not single:
        raise _RefusedError("it repeats more than one character without a limit")
    if unlimited and not last:
        raise _RefusedError("a repeat without a limit is followed by something that could fail")
    ways, steps, first = _sequence(nodes, after | _EVERYTHING if not single else after, False, fold)
    begins = first | after if least == 0 else first
    if unlimited:
        return 1, least + 1, begins
    if single and not first & after:
        return 1, 2 * most + 1, begins
    if ways > 1:
        total = min(_PLENTY, ways ** min(most, 41) * most)
        return total, min(_PLENTY, total * steps), begins
    return most - least + 1, steps * most + most - least + 1, begins


def _members(node: Any, fold: bool) -> frozenset[int]:
    """Return which characters a node matches; those beyond Latin 1 count as one."""
    kind, value = node
    if kind is codes.ANY:
        return _EVERYTHING
    found: set[int] = set()
    if kind is codes.IN:
        negated = bool(value) and value[0][0] is codes.NEGATE
        for part in value[negated:]:
            found |= _part(part)
    else:
        negated = kind is codes.NOT_LITERAL
        found |= _part((codes.LITERAL, value))
    if fold:
        found |= {ord(other) for code in found if code < 256 for other in chr(code).swapcase() if ord(other) < 256}
        found |= {256}  # the long s and the sign of Kelvin fold to letters
    if negated:
        return (_EVERYTHING - found) | {256}
    return frozenset(found)


def _part(part: Any) -> set[int]:
    kind, value = part
    if kind is codes.LITERAL:
        return {min(value, 256)}
    if kind is codes.RANGE:
        low, high = value
        return set(range(min(low, 256), min(high, 256) + 1))
    letter = {
        codes.CATEGORY_DIGIT: "d",
        codes.CATEGORY_NOT_DIGIT: "D",
        codes.CATEGORY_SPACE: "s",
        codes.CATEGORY_NOT_SPACE: "S",
        codes.CATEGORY_WORD: "w",
        codes.CATEGORY_NOT_WORD: "W",
    }[value]
    category = re.compile(f"\\{letter}")
    return {code for code in range(256) if category.match(chr(code))} | {256}
