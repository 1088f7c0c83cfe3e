"""The expressions of GitHub Actions: `${{ ... }}` and the bare text of `if`.

What only a run can know evaluates to UNKNOWN and stays so; an operator decides without it only where every value would
give the same answer.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

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
    apply,
    compare,
    loosely_equal,
    text_of_value,
    truth_of_value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from phase_mirror.repository.workflows.expression_tree import Expression

__all__ = [
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
STATUS = {"success": True, "always": True, "failure": UNKNOWN, "cancelled": UNKNOWN}
"""Status functions before a run: with nothing failed, `success()` holds; whether something will fail is unknown."""


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


def _closing(text: str, at: int) -> int:
    """Return where the `}}` stands that is in no quoted text; -1 without one."""
    while True:
        end = text.find(CLOSING, at)
        quote = text.find("'", at, end if end >= 0 else len(text))
        if quote < 0 or end < 0:
            return end
        at = text.find("'", quote + 1) + 1
        if not at:
            return -1


def evaluate(node: Expression, env: dict[str, Any]) -> Any:
    """Return the value of an expression: None, bool, int, float, str, list, dict or UNKNOWN.

    Args:
        node: the parsed expression.
        env: contexts by name; one that is missing is unknown as a whole.
    """
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Context):
        return env.get(node.name.lower(), UNKNOWN)
    if isinstance(node, Index):
        return _index(node, env)
    if isinstance(node, Call):
        return _call(node, env)
    if isinstance(node, Not):
        truth = _truth(node.operand, env)
        return UNKNOWN if truth is None else not truth
    return _binary(node, env)


def _index(node: Index, env: dict[str, Any]) -> Any:
    inside = evaluate(node.inside, env)
    if inside is UNKNOWN or node.key is None:  # `.*` makes a filtered list; nothing here needs its value
        return UNKNOWN
    key = evaluate(node.key, env)
    if key is UNKNOWN:
        return UNKNOWN
    if isinstance(inside, dict):
        wanted = text_of_value(key).lower()
        for name, value in inside.items():
            if name.lower() == wanted:
                return value
        return UNKNOWN if isinstance(node.inside, Context) and node.inside.name.lower() in PARTIAL else None
    if isinstance(inside, list) and isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(inside):
        return inside[key]
    return None


def _call(node: Call, env: dict[str, Any]) -> Any:
    name = node.name.lower()
    if name in STATUS:
        return STATUS[name]
    arguments = [evaluate(argument, env) for argument in node.arguments]
    return UNKNOWN if any(argument is UNKNOWN for argument in arguments) else apply(name, arguments)


def _binary(node: Binary, env: dict[str, Any]) -> Any:
    left = evaluate(node.left, env)
    if node.operator in {"&&", "||"}:
        if left is UNKNOWN:
            truth = _truth(node, env)
            return UNKNOWN if truth is None else _agreed(node, env, truth=truth)
        stops = truth_of_value(left) is (node.operator == "||")
        return left if stops else evaluate(node.right, env)
    right = evaluate(node.right, env)
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if node.operator in {"==", "!="}:
        return loosely_equal(left, right) is (node.operator == "==")
    return compare(node.operator, left, right)


def _agreed(node: Binary, env: dict[str, Any], *, truth: bool) -> Any:
    """Return the value of `&&` or `||` whose left side is unknown but whose truth is not: known for booleans alone."""
    right = evaluate(node.right, env)
    return truth if isinstance(right, bool) and isinstance(node.left, (Not, Binary)) else UNKNOWN


def _truth(node: Expression, env: dict[str, Any]) -> bool | None:
    """Return whether an expression holds; None when that is unknown."""
    if isinstance(node, Not):
        inside = _truth(node.operand, env)
        return None if inside is None else not inside
    if isinstance(node, Binary) and node.operator in {"&&", "||"}:
        decides = node.operator == "||"
        sides = (_truth(node.left, env), _truth(node.right, env))
        if decides in sides:
            return decides
        return None if None in sides else not decides
    value = evaluate(node, env)
    return None if value is UNKNOWN else truth_of_value(value)


def condition(text: str, env: dict[str, Any]) -> bool | None:
    """Return how an `if` goes when nothing failed before it; None when only a run can know.

    A text with `${{ }}` around a part of it alone is a text, and a text that is not empty always holds: so does the
    runner (https://github.com/actions/runner/issues/1173).

    Raises:
        ExpressionError: it cannot be parsed.
    """
    stripped = text.strip()
    found = find_expressions(stripped)
    if not found:
        return _truth(parse(stripped), env)
    if len(found) == 1 and found[0][:2] == (0, len(stripped)):
        return _truth(parse(found[0][2]), env)
    literal = interpolate(stripped, env).literal
    return None if literal is None else bool(literal)


def interpolate(text: str, env: dict[str, Any]) -> Template:
    """Return a text with its expressions evaluated; what is unknown becomes a hole.

    Raises:
        ExpressionError: an expression cannot be parsed.
    """
    parts: list[Any] = []
    at = 0
    for start, end, inside in find_expressions(text):
        parts.append(text[at:start])
        value = evaluate(parse(inside), env)
        parts.append(UNKNOWN if value is UNKNOWN else text_of_value(value))
        at = end
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
