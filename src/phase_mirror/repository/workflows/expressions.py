"""The expressions of GitHub Actions: `${{ ... }}` and the bare text of `if`.

What only a run can know evaluates to UNKNOWN and stays so; an operator decides without it only where every value would
give the same answer.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions and
https://github.com/actions/runner/tree/main/src/Sdk/Expressions
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.repository.workflows.expression_tree import (
    UNKNOWN,
    Binary,
    Call,
    Context,
    ExpressionError,
    Index,
    Literal,
    Not,
    parse,
)
from phase_mirror.repository.workflows.expression_values import (
    BOOLEANS,
    LONGEST_TEXT,
    apply,
    compare,
    loosely_equal,
    number_of_value,
    text_of_value,
    truth_of_value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from phase_mirror.repository.workflows.expression_tree import Expression

__all__ = [
    "OPENING",
    "SUCCESS",
    "UNKNOWN",
    "ExpressionError",
    "Template",
    "calls",
    "condition",
    "evaluate",
    "find_expressions",
    "interpolate",
    "parse",
    "references",
]

OPENING = "${{"
CLOSING = "}}"
ANY = "*"
"""In a reference: every element (`.*`)."""
COMPUTED = "?"
"""In a reference: a key that is itself computed."""
PARTIAL = ("github",)
"""Contexts of which only a part is known before a run: a key that is not there is unknown, not null."""
STATUS = ("success", "always", "failure", "cancelled")
"""The functions that ask how the jobs and steps before went; an `if` without one of them asks `success()` first
(https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions)."""
SUCCESS = "success()"
"""In the contexts of `evaluate`: what `success()` gives; True when nothing is said."""


class _Partly:
    """What is known of a value that only a run can know; `evaluate` gives it away as UNKNOWN."""

    __slots__ = ("truth",)

    def __init__(self, truth: bool | None) -> None:
        self.truth = truth


_TRUTHY, _FALSY, _BOOLEAN = _Partly(truth=True), _Partly(truth=False), _Partly(truth=None)


class Template(Record):
    """A text with holes.

    Attributes:
        parts: texts and, for what is unknown, UNKNOWN; neighbours are merged.
    """

    parts: tuple[Any, ...]

    @classmethod
    def of(cls, parts: list[Any]) -> Template:
        """Return a template with neighbouring parts merged and empty ones left out."""
        merged: list[Any] = []
        for part in parts:
            if part is UNKNOWN:
                if not merged or merged[-1] is not UNKNOWN:
                    merged.append(UNKNOWN)
            elif part:
                if merged and merged[-1] is not UNKNOWN:
                    merged[-1] += part
                else:
                    merged.append(part)
        return cls(tuple(merged))

    @property
    def literal(self) -> str | None:
        """Return the text when nothing is unknown, else None."""
        if UNKNOWN in self.parts:
            return None
        return "".join(self.parts)

    def matches(self, name: str) -> bool:
        """Say whether some filling of the holes gives a text; in linear time."""
        texts = self._texts()
        first, last = texts[0], texts[-1]
        if len(texts) == 1:
            return name == first
        if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
            return False
        at, end = len(first), len(name) - len(last)
        for text in texts[1:-1]:
            found = name.find(text, at, end)
            if found < 0:
                return False
            at = found + len(text)
        return True

    def _texts(self) -> list[str]:
        """Return the texts between the holes; a hole at an end leaves an empty text there."""
        texts = [""]
        for part in self.parts:
            if part is UNKNOWN:
                texts.append("")
            else:
                texts[-1] += part
        return texts

    def __str__(self) -> str:
        return "".join("…" if part is UNKNOWN else part for part in self.parts)


def find_expressions(text: str) -> list[tuple[int, int, str]]:
    """Return start, end and inside of every `${{ ... }}` of a text; one that is never closed is left out."""
    found: list[tuple[int, int, str]] = []
    at = text.find(OPENING)
    while at >= 0:
        end = _closing(text, at + len(OPENING))
        if end < 0:
            break
        found.append((at, end + len(CLOSING), text[at + len(OPENING) : end]))
        at = text.find(OPENING, end + len(CLOSING))
    return found


@cache
def _quote_or_end() -> re.Pattern[str]:
    return re.compile(r"'|\}\}")


def _closing(text: str, at: int) -> int:
    """Return where the `}}` stands that is in no quoted text; -1 without one."""
    while found := _quote_or_end().search(text, at):
        if found[0] == CLOSING:
            return found.start()
        at = text.find("'", found.end()) + 1
        if not at:
            break
    return -1


def evaluate(node: Expression, env: dict[str, Any]) -> Any:
    """Return the value of an expression: None, bool, int, float, str, list, dict or UNKNOWN.

    Args:
        node: the parsed expression.
        env: contexts by name; one that is missing is unknown as a whole.
    """
    value = _value(node, env)
    return UNKNOWN if isinstance(value, _Partly) else value


def _value(node: Expression, env: dict[str, Any]) -> Any:
    """Return the value of an expression, or what is known of it."""
    if isinstance(node, (Literal, Context)):
        return node.value if isinstance(node, Literal) else env.get(node.name.lower(), UNKNOWN)
    if isinstance(node, Index):
        return _index(node, env)
    if isinstance(node, Call):
        return _call(node, env)
    if isinstance(node, Not):
        truth = _truth(_value(node.operand, env))
        return _BOOLEAN if truth is None else not truth
    return _binary(node, env)


def _is_known(value: Any) -> bool:
    return value is not UNKNOWN and not isinstance(value, _Partly)


def _truth(value: Any) -> bool | None:
    """Return whether a value counts as true; None when that is unknown."""
    if value is UNKNOWN:
        return None
    return value.truth if isinstance(value, _Partly) else truth_of_value(value)


def _index(node: Index, env: dict[str, Any]) -> Any:
    inside = _value(node.inside, env)
    if not _is_known(inside) or node.key is None:  # `.*` makes a filtered list; nothing here needs its value
        return UNKNOWN
    key = _value(node.key, env)
    if not _is_known(key):
        return UNKNOWN
    if isinstance(inside, dict):
        wanted = None if isinstance(key, (list, dict)) else text_of_value(key).lower()
        for name, value in inside.items():
            if name.lower() == wanted:
                return value
        return UNKNOWN if isinstance(node.inside, Context) and node.inside.name.lower() in PARTIAL else None
    if isinstance(inside, list):
        number = number_of_value(key)
        if 0 <= number < len(inside):
            return inside[int(number)]
    return None


def _call(node: Call, env: dict[str, Any]) -> Any:
    name = node.name.lower()
    if name in STATUS:
        known = {"always": True, "success": env.get(SUCCESS, True)}.get(name)
        return known if isinstance(known, bool) else _BOOLEAN
    arguments = [_value(argument, env) for argument in node.arguments]
    whole = not any(isinstance(argument, Context) and argument.name.lower() in PARTIAL for argument in node.arguments)
    if whole and all(map(_is_wholly_known, arguments)):
        return apply(name, arguments)
    return _BOOLEAN if name in BOOLEANS else UNKNOWN


def _is_wholly_known(value: Any) -> bool:
    """Say whether a value is known, and everything in it."""
    stack = [value]
    while stack:
        each = stack.pop()
        if not _is_known(each):
            return False
        if isinstance(each, (list, dict)):
            stack.extend(each if isinstance(each, list) else each.values())
    return True


def _binary(node: Binary, env: dict[str, Any]) -> Any:
    left, right = _value(node.left, env), _value(node.right, env)
    if node.operator in {"&&", "||"}:
        return _and(left, right) if node.operator == "&&" else _or(left, right)
    if not (_is_known(left) and _is_known(right)):
        return _BOOLEAN
    if node.operator in {"==", "!="}:
        return loosely_equal(left, right) is (node.operator == "==")
    return compare(node.operator, left, right)


def _and(left: Any, right: Any) -> Any:
    """Return `left && right`: the left one when it is falsy, else the right one."""
    if _is_known(left):
        return right if truth_of_value(left) else left
    if left is _BOOLEAN and (right is False or right is _BOOLEAN or right is True):
        return False if right is False else _BOOLEAN
    if left is _TRUTHY:
        return right
    return _FALSY if left is _FALSY or _truth(right) is False else UNKNOWN


def _or(left: Any, right: Any) -> Any:
    """Return `left || right`: the left one when it is truthy, else the right one."""
    if _is_known(left):
        return left if truth_of_value(left) else right
    if left is _BOOLEAN and (right is False or right is _BOOLEAN or right is True):
        return True if right is True else _BOOLEAN
    if left is _FALSY:
        return right
    return _TRUTHY if left is _TRUTHY or _truth(right) is True else UNKNOWN


def condition(text: str, env: dict[str, Any]) -> bool | None:
    """Return how an `if` goes when nothing failed before it; None when only a run can know.

    A text with `${{ }}` around a part of it alone, be the rest a line break, is a text, and a text that is not empty
    always holds: so does the runner (https://github.com/actions/runner/issues/1173).

    Args:
        text: as written.
        env: contexts by name; SUCCESS says whether the jobs before it succeed.

    Raises:
        ExpressionError: it cannot be parsed.
    """
    found = find_expressions(text)
    if not found:
        nodes = [parse(text.strip())]
        truth = _truth(_value(nodes[0], env))
    else:
        nodes = [parse(inside) for _, _, inside in found]
        whole = len(found) == 1 and found[0][:2] == (0, len(text))
        truth = _truth(_value(nodes[0], env)) if whole else _holds(interpolate(text, env))
    if any(name in STATUS for node in nodes for name in calls(node)):
        return truth
    before = env.get(SUCCESS, True)
    if before is False or truth is False:
        return False
    return truth if before is True else None


def _holds(text: Template) -> bool | None:
    """Say whether a text is not empty; None when only a run can know."""
    known = [part for part in text.parts if part is not UNKNOWN]
    return True if known else (None if text.parts else False)


def interpolate(text: str, env: dict[str, Any]) -> Template:
    """Return a text with its expressions evaluated; what is unknown becomes a hole.

    Raises:
        ExpressionError: an expression cannot be parsed, or is never closed.
    """
    parts: list[Any] = []
    at = room = 0
    for start, end, inside in find_expressions(text):
        parts.append(text[at:start])
        value = evaluate(parse(inside), env)
        filling = "" if value is UNKNOWN else text_of_value(value)
        room += len(filling)
        parts.append(UNKNOWN if value is UNKNOWN or room > LONGEST_TEXT else filling)
        at = end
    if OPENING in text[at:]:
        raise ExpressionError(f"an expression is never closed at character {text.index(OPENING, at) + 1}")
    parts.append(text[at:])
    return Template.of(parts)


def references(node: Expression) -> list[tuple[str, ...]]:
    """Return the context paths an expression reads, such as `("github", "event", "issue", "title")`, lower-cased.

    `*` stands for every element and `?` for a key that is computed; both sides of every operator count.
    """
    found: list[tuple[str, ...]] = []
    stack: list[Expression] = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, (Context, Index)):
            path = _path(each, stack)
            if path:
                found.append(path)
        else:
            stack.extend(reversed(_children(each)))
    return found


def _path(node: Expression, stack: list[Expression]) -> tuple[str, ...]:
    """Return the path of a chain of accesses; computed keys and other roots are put on the stack."""
    keys: list[str] = []
    while isinstance(node, Index):
        if node.key is None:
            keys.append(ANY)
        elif isinstance(node.key, Literal):
            keys.append(text_of_value(node.key.value).lower())
        else:
            keys.append(COMPUTED)
            stack.append(node.key)
        node = node.inside
    if isinstance(node, Context):
        return (node.name.lower(), *reversed(keys))
    stack.append(node)
    return ()


def _children(node: Expression) -> list[Expression]:
    if isinstance(node, Call):
        return list(node.arguments)
    if isinstance(node, Not):
        return [node.operand]
    return [node.left, node.right] if isinstance(node, Binary) else []


def calls(node: Expression) -> list[str]:
    """Return the names of the functions an expression calls, lower-cased, in order."""
    found: list[str] = []
    stack: list[Expression] = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, Call):
            found.append(each.name.lower())
        if isinstance(each, Index):
            stack.extend(inside for inside in (each.key, each.inside) if inside is not None)
        else:
            stack.extend(reversed(_children(each)))
    return found
