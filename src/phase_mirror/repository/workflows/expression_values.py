"""Values of expressions: truth, text, comparison and the functions that need no run.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions; for what the page
leaves out, https://github.com/actions/runner/tree/main/src/Sdk/Expressions and the cases that the vendor tests all its
implementations with: https://github.com/actions/languageservices/tree/main/expressions/testdata
"""

from __future__ import annotations

import json
import math

from phase_mirror.repository.workflows.expression_tree import UNKNOWN, number_in_base

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LONGEST_TEXT = 100_000
"""Characters of a text that a function may make; more is unknown."""
DEEPEST_JSON = 64
"""Levels of a JSON text that `fromJSON` reads, as the runner's library does; more is unknown."""


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
    if isinstance(value, (int, float)):
        return _number_text(value)
    if isinstance(value, (list, dict)):
        return "Array" if isinstance(value, list) else "Object"
    return str(value)


def _number_text(value: float) -> str:
    """Return a number with at most 15 digits; the runner holds all of them as doubles."""
    if -1e15 < value < 1e15 and value == int(value):
        return str(int(value))
    try:
        value = float(value)
    except OverflowError:
        value = math.inf if value > 0 else -math.inf
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return f"{value:.15g}".replace("e", "E")


def number_of_value(value: Any) -> float:
    """Return the number a value becomes in a comparison of different types; NaN where it is none."""
    if value is None or value == "":
        return 0.0
    if isinstance(value, (bool, int, float)):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if not isinstance(value, str):
        return math.nan
    text = value.strip()
    try:
        return float(number_in_base(text)) if text[:2] in {"0x", "0o"} else _decimal(text)
    except ValueError:
        return math.nan


def _decimal(text: str) -> float:
    """Read a decimal number as the runner does: ASCII digits without underscores, or `Infinity`."""
    if not text:
        return 0.0
    if not text.isascii() or "_" in text or (text[-1] not in "0123456789." and not text.endswith("Infinity")):
        raise ValueError(text)
    return float(text)


def without_case(text: str) -> str:
    """Return a text for comparisons: letters that have one capital letter become it, as the runner compares."""
    if text.isascii():
        return text.upper()
    return "".join(char.upper() if char.isascii() or _has_own_capital(char) else char for char in text)


def _has_own_capital(char: str) -> bool:
    """Say whether a letter beyond ASCII has one capital letter beyond ASCII: a dotless i has not, nor a sharp s."""
    capital = char.upper()
    return len(capital) == 1 and not capital.isascii()


def loosely_equal(left: Any, right: Any) -> bool:
    """Compare as `==` does: texts without case, different types as numbers, lists and mappings never."""
    if isinstance(left, str) and isinstance(right, str):
        return without_case(left) == without_case(right)
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return left is right
    if left is None and right is None:
        return True
    return number_of_value(left) == number_of_value(right)


def compare(operator: str, left: Any, right: Any) -> bool:
    """Compare as `<`, `<=`, `>` and `>=` do."""
    if isinstance(left, str) and isinstance(right, str):
        one: Any = without_case(left)
        other: Any = without_case(right)
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


def _plain(*values: Any) -> bool:
    """Say whether no value is a list or a mapping; the functions over texts hold for none of those."""
    return not any(isinstance(value, (list, dict)) for value in values)


def _contains(inside: Any, item: Any) -> bool:
    if isinstance(inside, list):
        return any(loosely_equal(each, item) for each in inside)
    return _plain(inside, item) and without_case(text_of_value(item)) in without_case(text_of_value(inside))


def _starts_with(text: Any, start: Any) -> bool:
    return _plain(text, start) and without_case(text_of_value(text)).startswith(without_case(text_of_value(start)))


def _ends_with(text: Any, end: Any) -> bool:
    return _plain(text, end) and without_case(text_of_value(text)).endswith(without_case(text_of_value(end)))


def _format(template: Any, *values: Any) -> Any:
    """Fill `{0}`, with `{{` and `}}` for braces; UNKNOWN where the runner would fail."""
    text = text_of_value(template)
    parts: list[str] = []
    at = room = 0
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
            room += len(parts[-1])
        elif char == "}":
            return UNKNOWN
        else:
            parts.append(char)
            at += 1
        if room > LONGEST_TEXT:
            return UNKNOWN
    return _bounded("".join(parts))


def _join(values: Any, separator: Any = ",") -> Any:
    if not isinstance(values, list):
        return text_of_value(values) if _plain(values) else ""
    between = text_of_value(separator) if _plain(separator) else ","
    texts = [text_of_value(value) for value in values]
    if sum(map(len, texts)) + len(between) * len(texts) > LONGEST_TEXT:
        return UNKNOWN
    return between.join(texts)


def _to_json(value: Any) -> Any:
    if _is_larger(value, LONGEST_TEXT):
        return UNKNOWN
    return _bounded(json.dumps(_with_short_numbers(value), indent=2, ensure_ascii=False))


def _with_short_numbers(value: Any) -> Any:
    """Return a value whose numbers print as the runner prints them: `1`, not `1.0`."""
    if isinstance(value, list):
        return [_with_short_numbers(each) for each in value]
    if isinstance(value, dict):
        return {key: _with_short_numbers(each) for key, each in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _is_larger(value: Any, most: int) -> bool:
    """Say whether the texts and values below a value are together more than a limit."""
    stack = [value]
    while stack and most >= 0:
        each = stack.pop()
        most -= len(each) + 1 if isinstance(each, (str, list, dict)) else 1
        if isinstance(each, (list, dict)):
            stack.extend(each if isinstance(each, list) else (*each, *each.values()))
    return most < 0


def _from_json(text: Any) -> Any:
    try:
        value = json.loads(text_of_value(text))
    except (ValueError, RecursionError):
        return UNKNOWN
    return UNKNOWN if _is_deeper(value, DEEPEST_JSON) else value


def _is_deeper(value: Any, levels: int) -> bool:
    """Say whether lists and mappings are nested deeper than a limit."""
    row = [value]
    for _ in range(levels + 1):
        row = [
            inside
            for each in row
            if isinstance(each, (list, dict))
            for inside in (each if isinstance(each, list) else each.values())
        ]
    return bool(row)


def _case(*arguments: Any) -> Any:
    """Return the value behind the first condition that is true, else the last one."""
    if len(arguments) % 2 == 0:
        return UNKNOWN
    for condition, value in zip(arguments[:-1:2], arguments[1::2], strict=True):
        if not isinstance(condition, bool):
            return UNKNOWN
        if condition:
            return value
    return arguments[-1]


def _bounded(text: str) -> Any:
    return text if len(text) <= LONGEST_TEXT else UNKNOWN


BOOLEANS = ("contains", "startswith", "endswith")
"""Functions whose result is a boolean, whatever their arguments are."""

_FUNCTIONS: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "case": (3, 255, _case),
    "contains": (2, 2, _contains),
    "startswith": (2, 2, _starts_with),
    "endswith": (2, 2, _ends_with),
    "format": (1, 255, _format),
    "join": (1, 2, _join),
    "tojson": (1, 1, _to_json),
    "fromjson": (1, 1, _from_json),
}
"""Least and most arguments, and what they give. `hashFiles` and the status functions need a run."""
