"""The combinations of a job's matrix.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
(`include` entries join the combinations whose own values they do not change, else become combinations themselves;
`exclude` takes out what matches in all the keys it names).
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Mapping, Scalar, Sequence, boolean_of, is_null, number_of
from phase_mirror.repository.workflows.expressions import (
    UNKNOWN,
    ExpressionError,
    evaluate,
    find_expressions,
    interpolate,
    parse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.limits import Limits

INCLUDE, EXCLUDE = "include", "exclude"

EXCLUDED_AT_MOST = 16
"""`exclude` may take away most of a product; one this many times over the limit is not computed."""


class Matrix(Record):
    """The combinations of a matrix.

    Attributes:
        combinations: value by key, axes first and in order; None when they cannot be known.
        complete: False when a combination may not exist after all, because an `exclude` cannot be judged.
    """

    combinations: tuple[dict[str, Any], ...] | None
    complete: bool = True


DYNAMIC = Matrix(None, complete=False)


def expand(node: Node | None, env: dict[str, Any], limits: Limits) -> Matrix | None:
    """Return the combinations of `strategy.matrix`.

    Args:
        node: its value.
        env: contexts by name, for expressions in it.
        limits: `matrix_combinations` bounds the result; GitHub refuses more.

    Returns:
        None without a matrix; DYNAMIC when only a run can know it, or it has too many combinations.
    """
    if node is None or is_null(node):
        return None
    value = value_of(node, env)
    if not isinstance(value, dict):
        return DYNAMIC
    axes = {key: each for key, each in value.items() if key not in {INCLUDE, EXCLUDE}}
    includes, excludes = value.get(INCLUDE) or [], value.get(EXCLUDE) or []
    if not _is_static(axes, includes, excludes):
        return DYNAMIC
    kept, complete = _without(_product(axes, limits.matrix_combinations), excludes)
    joined = _with(kept, includes, set(axes))
    if not 0 < len(joined) <= limits.matrix_combinations:
        return DYNAMIC
    return Matrix(tuple(joined), complete=complete)


def _is_static(axes: dict[str, Any], includes: Any, excludes: Any) -> bool:
    """Say whether every axis is a list, and `include` and `exclude` are lists of mappings."""
    if any(not isinstance(values, list) for values in (*axes.values(), includes, excludes)):
        return False
    return all(isinstance(entry, dict) for entry in (*includes, *excludes))


def _product(axes: dict[str, list[Any]], most: int) -> list[dict[str, Any]]:
    """Return every combination, the last axis changing fastest; just more than the limit where there are more."""
    combinations: list[dict[str, Any]] = [{}] if axes else []
    for key, values in axes.items():
        if len(combinations) * len(values) > EXCLUDED_AT_MOST * most:
            return combinations * (most + 1)
        combinations = [{**combination, key: value} for combination in combinations for value in values]
    return combinations


def _without(combinations: list[dict[str, Any]], excludes: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    """Return what no exclude surely matches, and whether each of them was surely kept."""
    kept = []
    complete = True
    for combination in combinations:
        answers = [_agrees(combination, entry, entry) for entry in excludes]
        if True in answers:
            continue
        complete = complete and None not in answers
        kept.append(combination)
    return kept, complete


def _with(combinations: list[dict[str, Any]], includes: list[dict[str, Any]], axes: set[str]) -> list[dict[str, Any]]:
    """Join every include; one that fits no combination becomes one."""
    joined = [dict(combination) for combination in combinations]
    added: list[dict[str, Any]] = []
    for entry in includes:
        own = [key for key in entry if key in axes]
        fits = [
            (combination, target)
            for combination, target in zip(combinations, joined, strict=True)
            if _agrees(combination, entry, own) is not False
        ]
        for _, target in fits:
            target.update(entry)
        if not fits:
            added.append(dict(entry))
    return joined + added


def _agrees(combination: dict[str, Any], entry: dict[str, Any], keys: Any) -> bool | None:
    """Say whether a combination has an entry's values under some keys; None when that hangs on an unknown value."""
    answer: bool | None = True
    for key in keys:
        if key not in combination:
            return False
        same = _same(combination[key], entry[key])
        if same is False:
            return False
        if same is None:
            answer = None
    return answer


def _same(one: Any, other: Any) -> bool | None:
    """Compare two values in depth; None when an unknown one decides. A mapping fits what has all its fields."""
    if one is UNKNOWN or other is UNKNOWN:
        return None
    if isinstance(one, dict) and isinstance(other, dict):
        answers = [_same(one[key], value) if key in one else False for key, value in other.items()]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        answers = [_same(*pair) for pair in zip(one, other, strict=True)]
    else:
        return type(one) is type(other) and one == other
    return False if False in answers else (None if None in answers else True)


def value_of(node: Node, env: dict[str, Any]) -> Any:
    """Return the value of a node with its expressions evaluated: the types of expressions, or UNKNOWN."""
    if isinstance(node, Mapping):
        return {key.value: value_of(value, env) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [value_of(item, env) for item in node.items]
    assert isinstance(node, Scalar)  # noqa: S101 - the three kinds of node
    return _scalar(node, env)


def _scalar(node: Scalar, env: dict[str, Any]) -> Any:
    text = node.value
    found = find_expressions(text)
    if found:
        try:
            if len(found) == 1 and found[0][:2] == (0, len(text.strip())) and text == text.strip():
                return evaluate(parse(found[0][2]), env)
            literal = interpolate(text, env).literal
        except ExpressionError:
            return UNKNOWN
        return UNKNOWN if literal is None else literal
    if is_null(node):
        return None
    boolean = boolean_of(node)
    if boolean is not None:
        return boolean
    number = number_of(node)
    return text if number is None else number
