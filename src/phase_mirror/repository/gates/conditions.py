"""The condition language of Mergify, as far as it says what must hold.

Sources: https://docs.mergify.com/configuration/conditions/ and, for the grammar, `mergify_engine/rules/parser.py` of
https://github.com/Mergifyio/mergify-engine. A list of conditions is joined by `and`; `or`, `and` and `not` nest.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.span import Span
    from phase_mirror.repository.gates.fields import Fields

_SYNONYMS = {":": "=", "==": "=", "≠": "!=", "≥": ">=", "≤": "<="}
_OPPOSITE = {"=": "!=", "!=": "=", ">=": "<", "<": ">=", "<=": ">", ">": "<=", "~=": "!~", "*=": "!*"}
_DEEPEST = 10


class Condition(Record):
    """One condition of the language, `[-][#]<attribute>[<operator><value>]`.

    Attributes:
        attribute: such as `check-success`.
        counted: the number of its values is meant (`#`).
        operator: `=`, `!=`, `~=`, `*=`, `>=`, `>`, `<=`, `<`, or empty for a boolean attribute; a `-` in front is
            already worked in, so `!~` and `!*` occur too, and `!` for a boolean.
        value: unquoted.
        span: where the value stands, or the whole condition without one.
        locator: the list it stands in, however deep, and its text.
        text: the whole condition as written.
    """

    attribute: str
    counted: bool
    operator: str
    value: str
    span: Span
    locator: str
    text: str


@cache
def _grammar() -> re.Pattern[str]:
    return re.compile(
        r"\s*(?P<sign>[-+¬]?)\s*(?P<hash>\#?)\s*(?P<name>[a-z][a-z0-9-]*)\s*"
        r"(?:(?P<operator>~=|\*=|!=|>=|<=|==|[:=≠≥≤<>])\s*(?P<value>.*?))?\s*",
        re.DOTALL,
    )


def parse_condition(field: Fields, scalar: Scalar, *, negated: bool = False) -> Condition | None:
    """Return one condition; None when it is none or holds a template, whose value is not known."""
    found = _grammar().fullmatch(scalar.value)
    if found is None or "{{" in scalar.value:
        return None
    operator = found["operator"] or ""
    operator = _SYNONYMS.get(operator, operator)
    if (found["sign"] in {"-", "¬"}) != negated:
        operator = _OPPOSITE.get(operator, "!")
    value, start = found["value"] or "", found.start("value")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        value, start = value[1:-1], start + 1
    span = field.document.span_within(scalar, start, len(value)) if value else field.document.span(scalar)
    locator = f"{field.locator}[{scalar.value}]"
    return Condition(found["name"], bool(found["hash"]), operator, value, span, locator, scalar.value)


class Needs(Record):
    """What must hold for a list of conditions to be true.

    Attributes:
        checks: check names that must report, by (name, is a regular expression), with every condition that names them.
        conditions: the plain conditions that must hold each, `and` opened.
        branches: the groups of `base` conditions of which one must hold each; None for one not understood.
    """

    checks: dict[tuple[str, bool], tuple[Condition, ...]]
    conditions: tuple[Condition, ...]
    branches: tuple[tuple[Condition, ...] | None, ...]


_SUCCESS = frozenset({"check-success", "status-success", "check-success-or-neutral", "status-success-or-neutral"})
_REPORTS = _SUCCESS | {"check-neutral", "status-neutral", "check-skipped", "status-skipped"}


def needs_of(field: Fields) -> Needs:
    """Return what a list of conditions needs; conditions that cannot be read are left out."""
    checks = {
        key: named
        for key, named in _checks(field, negated=False, depth=0).items()
        if any(condition.attribute in _SUCCESS for condition in named)
    }
    needed = tuple(_conjuncts(field, negated=False, depth=0))
    return Needs(
        checks=checks,
        conditions=tuple(item for item in needed if isinstance(item, Condition)),
        branches=tuple(group for group in map(_branch_group, needed) if group != ()),
    )


def _operands(field: Fields) -> tuple[str, list[Fields]] | None:
    """Return the operator of a node and what it joins: a list is `and`. All keep the place of the outermost list."""
    if field.is_list:
        return "and", [item.replace(locator=field.locator) for item in field.items()]
    entries = list(field.entries())
    if len(entries) != 1 or entries[0][0] not in {"and", "or", "not"}:
        return None
    operator, operand = entries[0]
    items = operand.items() if operator != "not" and operand.is_list else [operand]
    return operator, [item.replace(locator=field.locator) for item in items]


def _checks(field: Fields, *, negated: bool, depth: int) -> dict[tuple[str, bool], tuple[Condition, ...]]:
    """Return the checks without whose report a condition cannot be true: of `and` all, of `or` the common ones."""
    if depth > _DEEPEST:
        return {}
    scalar = _scalar(field)
    if scalar is not None:
        condition = parse_condition(field, scalar, negated=negated)
        if condition is None or condition.counted or condition.attribute not in _REPORTS:
            return {}
        known = condition.operator in {"=", "~="} and condition.value
        return {(condition.value, condition.operator == "~="): (condition,)} if known else {}
    joined = _operands(field)
    if joined is None:
        return {}
    operator, operands = joined
    if operator == "not":
        return _checks(operands[0], negated=not negated, depth=depth + 1)
    parts = [_checks(operand, negated=negated, depth=depth + 1) for operand in operands]
    names = [set(part) for part in parts]
    together = (operator == "and") != negated
    common = (set.union if together else set.intersection)(*names) if names else set()
    ordered = dict.fromkeys(key for part in parts for key in part if key in common)
    return {key: tuple(condition for part in parts for condition in part.get(key, ())) for key in ordered}


def _conjuncts(field: Fields, *, negated: bool, depth: int) -> list[Condition | Fields]:
    """Return the conditions joined by `and` at the top, and groups (`or`) as they stand."""
    scalar = _scalar(field)
    if scalar is not None:
        condition = parse_condition(field, scalar, negated=negated)
        return [condition] if condition else []
    joined = _operands(field)
    if joined is None or depth > _DEEPEST:
        return []
    operator, operands = joined
    if operator == "not":
        return _conjuncts(operands[0], negated=not negated, depth=depth + 1)
    if (operator == "and") == negated and len(operands) > 1:
        return [field]
    return [part for operand in operands for part in _conjuncts(operand, negated=negated, depth=depth + 1)]


def _branch_group(part: Condition | Fields) -> tuple[Condition, ...] | None:
    """Return the `base` conditions of a conjunct: empty when it has none, None when they are mixed with others."""
    if isinstance(part, Condition):
        return (part,) if part.attribute == "base" else ()
    found = [condition for condition in _leaves(part, 0) if condition is None or condition.attribute == "base"]
    if not any(found):
        return ()
    leaves = _leaves(part, 0)
    joined = _operands(part)
    alternatives = joined is not None and joined[0] == "or" and all(_scalar(item) for item in joined[1])
    if not alternatives or len(found) != len(leaves):
        return None
    return tuple(condition for condition in found if condition)


def _leaves(field: Fields, depth: int) -> list[Condition | None]:
    scalar = _scalar(field)
    if scalar is not None:
        return [parse_condition(field, scalar)]
    joined = _operands(field)
    if joined is None or depth > _DEEPEST:
        return [None]
    return [leaf for operand in joined[1] for leaf in _leaves(operand, depth + 1)]


def _scalar(field: Fields) -> Scalar | None:
    return field.node if isinstance(field.node, Scalar) else None
