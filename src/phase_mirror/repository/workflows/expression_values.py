"""Values of expressions: truth, text, comparison and the functions that need no run.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions
"""

from __future__ import annotations

import json
import math

from phase_mirror.repository.workflows.expression_tree import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST_TEXT = 100_000
"""Characters of a text that a function may make; more is unknown."""


def truth_of_value(value: Any) -> bool:
    """Say whether a value counts as true: not null, false, zero, NaN or the empty text."""
    if isinstance(value, float) and math.isnan(value):
        return False
    return isinstance(value, (list, dict)) or bool(value)


def text_of_value(value: Any) -> str:
    """Return the text a value becomes where a text is wanted."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, (list, dict)):
        return "Array" if isinstance(value, list) else "Object"
    return str(value)


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.15g}".replace("e", "E")


def number_of_value(value: Any) -> float:
    """Return the number a value becomes in a comparison of different types; NaN where it is none."""
    if value is None or value == "":
        return 0.0
    if isinstance(value, (bool, int, float)):
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        try:
            return float(int(text, 0)) if text[:2] in {"0x", "0o"} else _decimal(text)
        except ValueError:
            return math.nan
    return math.nan


def _decimal(text: str) -> float:
    """Read a decimal number as the runner does: no underscores, no `nan`, no `inf`."""
    if not text or "_" in text or text.lstrip("+-")[:1].lower() in {"n", "i"}:
        raise ValueError(text)
    return float(text)


def loosely_equal(left: Any, right: Any) -> bool:
    """Compare as `==` does: texts without case, different types as numbers, lists and mappings never."""
    if isinstance(left, str) and isinstance(right, str):
        return left.upper() == right.upper()
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return left is right
    if left is None and right is None:
        return True
    return number_of_value(left) == number_of_value(right)


def compare(operator: str, left: Any, right: Any) -> bool:
    """Compare as `<`, `<=`, `>` and `>=` do."""
    if isinstance(left, str) and isinstance(right, str):
        one: Any = left.upper()
        other: Any = right.upper()
    else:
        one, other = number_of_value(left), number_of_value(right)
    if operator == "<":
        return bool(one < other)
    if operator == "<=":
        return bool(one <= other)
    return bool(one > other) if operator == ">" else bool(one >= other)


def apply(name: str, arguments: list[Any]) -> Any:
    """Return the result of a function over known arguments; UNKNOWN for one that needs a run or is not known here.

    Args:
        name: in lower case.
        arguments: their values.
    """
    known = _FUNCTIONS.get(name)
    if known is None or not known[0] <= len(arguments) <= known[1]:
        return UNKNOWN
    return known[2](*arguments)


def _contains(inside: Any, item: Any) -> bool:
    if isinstance(inside, list):
        return any(loosely_equal(each, item) for each in inside)
    return text_of_value(item).upper() in text_of_value(inside).upper()


def _starts_with(text: Any, start: Any) -> bool:
    return text_of_value(text).upper().startswith(text_of_value(start).upper())


def _ends_with(text: Any, end: Any) -> bool:
    return text_of_value(text).upper().endswith(text_of_value(end).upper())


def _format(template: Any, *values: Any) -> Any:
    """Fill `{0}`, with `{{` and `}}` for braces; UNKNOWN where the runner would fail."""
    text = text_of_value(template)
    parts: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in "{}" and text[at + 1 : at + 2] == char:
            parts.append(char)
            at += 2
        elif char == "{":
            end = text.find("}", at)
            number = text[at + 1 : end] if end >= 0 else ""
            if not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(values)):
                return UNKNOWN
            parts.append(text_of_value(values[int(number)]))
            at = end + 1
        elif char == "}":
            return UNKNOWN
        else:
            parts.append(char)
            at += 1
        if len(parts) > LONGEST_TEXT:
            return UNKNOWN
    return _bounded("".join(parts))


def _join(values: Any, separator: Any = ",") -> Any:
    if not isinstance(values, list):
        return text_of_value(values)
    return _bounded(text_of_value(separator).join(map(text_of_value, values)))


def _to_json(value: Any) -> Any:
    return _bounded(json.dumps(value, indent=2, ensure_ascii=False))


def _from_json(text: Any) -> Any:
    try:
        return json.loads(text_of_value(text))
    except (ValueError, RecursionError):
        return UNKNOWN


def _bounded(text: str) -> Any:
    return text if len(text) <= LONGEST_TEXT else UNKNOWN


_FUNCTIONS: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "contains": (2, 2, _contains),
    "startswith": (2, 2, _starts_with),
    "endswith": (2, 2, _ends_with),
    "format": (1, 100, _format),
    "join": (1, 2, _join),
    "tojson": (1, 1, _to_json),
    "fromjson": (1, 1, _from_json),
}
"""Least and most arguments, and what they give. `hashFiles` and the status functions need a run."""
