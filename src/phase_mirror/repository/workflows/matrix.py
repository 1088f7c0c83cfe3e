"""The combinations of a job's matrix.

An `include` entry adds its new keys to every combination whose own values it does not change, else it becomes a
combination itself; `exclude` takes out what matches in all the keys it names. Values compare as `==` does in
expressions, keys without case.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix and
https://github.com/actions/runner/blob/main/src/Sdk/WorkflowParser/Conversion/MatrixBuilder.cs
"""

from __future__ import annotations

import math

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Mapping, Scalar, Sequence, boolean_of, is_null, number_of
from phase_mirror.repository.workflows.expression_tree import number_in_base
from phase_mirror.repository.workflows.expression_values import loosely_equal, number_of_value
from phase_mirror.repository.workflows.expressions import (
    OPENING,
    UNKNOWN,
    ExpressionError,
    evaluate,
    find_expressions,
    interpolate,
    parse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.limits import Limits
    from phase_mirror.repository.workflows.facts import Job

INCLUDE, EXCLUDE = "include", "exclude"

EXCLUDED_AT_MOST = 16
"""`exclude` may take away most of a product; one this many times over the limit is not computed."""
MOST_COMPARISONS = 100_000
"""Combinations times entries that are compared for one matrix; one with more counts as dynamic."""


class Combination(Record):
    """One combination.

    Attributes:
        context: the `matrix` context.
        named: what the name of the check counts: not the values that `include` adds to a combination of the axes.
        certain: False where only a run can know whether there is this combination.
    """

    context: dict[str, Any]
    named: dict[str, Any]
    certain: bool = True


class Matrix(Record):
    """The combinations of a matrix.

    Attributes:
        combinations: in order; None when they cannot be known.
        certain: False where only a run can know whether there is a matrix at all.
        work: comparisons that were made to find them, for callers that set a budget.
    """

    combinations: tuple[Combination, ...] | None
    certain: bool = True
    work: int = 0


DYNAMIC = Matrix(None)
PERHAPS = Matrix(None, certain=False)


def matrix_of(job: Job, env: dict[str, Any], limits: Limits) -> Matrix | None:
    """Return the matrix of a job, None without one; its whole `strategy` may be an expression.

    Args:
        job: whose.
        env: contexts by name, for expressions.
        limits: `matrix_combinations` bounds the result; GitHub refuses more.
    """
    strategy = job.node.get("strategy")
    if not isinstance(strategy, Scalar):
        return expand(job.matrix, env, limits)
    value = value_of(strategy, env)
    if value is UNKNOWN:
        return PERHAPS
    inside = value.get("matrix") if isinstance(value, dict) else None
    return None if inside is None else _expanded(inside, limits)


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
    return _expanded(value_of(node, env), limits)


def _expanded(value: Any, limits: Limits) -> Matrix:
    if not isinstance(value, dict):
        return DYNAMIC
    axes = {key: each for key, each in value.items() if key not in {INCLUDE, EXCLUDE}}
    includes, excludes = value.get(INCLUDE) or [], value.get(EXCLUDE) or []
    if not _is_static(axes, includes, excludes):
        return DYNAMIC
    most = limits.matrix_combinations
    size = math.prod(map(len, axes.values())) if axes else 0
    work = (size + 1) * (1 + len(includes) + len(excludes))
    if size > most * (EXCLUDED_AT_MOST if excludes else 1) or work > MOST_COMPARISONS:
        return DYNAMIC
    named = [_named(axes, entry) for entry in excludes]
    kept = _without(_product(axes), [own for own, other in named if own and not other])  # GitHub refuses another key
    found = _with(kept, includes, axes)
    return Matrix(tuple(found) if 0 < len(found) <= most else None, work=work)


def _is_static(axes: dict[str, Any], includes: Any, excludes: Any) -> bool:
    """Say whether every axis is a list of at least one value, and `include` and `exclude` are lists of mappings.

    A key that is an expression, such as `${{ insert }}`, makes keys of its own.
    """
    if any(not isinstance(values, list) for values in (*axes.values(), includes, excludes)):
        return False
    if not all(axes.values()) or not all(isinstance(entry, dict) for entry in (*includes, *excludes)):
        return False
    return not any(OPENING in key for keys in (axes, *includes, *excludes) for key in keys)


def _product(axes: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return every combination, the last axis changing fastest."""
    combinations: list[dict[str, Any]] = [{}] if axes else []
    for key, values in axes.items():
        combinations = [{**combination, key: value} for combination in combinations for value in values]
    return combinations


def _without(product: list[dict[str, Any]], excludes: list[dict[str, Any]]) -> list[Combination]:
    """Return what no `exclude` surely matches."""
    kept = []
    for combination in product:
        answers = [_row_fits(combination, entry) for entry in excludes]
        if True not in answers:
            kept.append(Combination(dict(combination), combination, certain=None not in answers))
    return kept


def _with(kept: list[Combination], includes: list[dict[str, Any]], axes: dict[str, Any]) -> list[Combination]:
    """Join every `include`; one that fits no combination of the axes becomes one."""
    added: list[Combination] = []
    for entry in includes:
        own, new = _named(axes, entry)
        answers = [_row_fits(combination.named, own) for combination in kept]
        for combination, answer in zip(kept, answers, strict=True):
            if answer is not False:
                _add(combination.context, new if answer else dict.fromkeys(new, UNKNOWN))
        fits = any(answer and combination.certain for combination, answer in zip(kept, answers, strict=True))
        if entry and not fits:
            whole = {**own, **new}
            added.append(Combination(whole, whole, certain=not any(answer is not False for answer in answers)))
    return kept + added


def _named(axes: dict[str, Any], entry: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of an entry under keys of the axes, named as there, and the others."""
    by_name = {key.lower(): key for key in axes}
    own = {by_name[key.lower()]: value for key, value in entry.items() if key.lower() in by_name}
    return own, {key: value for key, value in entry.items() if key.lower() not in by_name}


def _row_fits(combination: dict[str, Any], wanted: dict[str, Any]) -> bool | None:
    """Say whether a combination fits an entry, as `_fits` does; texts and numbers, the usual values, are fast."""
    found: bool | None = True
    for key, value in wanted.items():
        have = combination[key]
        if type(have) is type(value) and (type(have) is int or (type(have) is str and have == value)):
            answer: bool | None = have == value
        else:
            answer = _fits(have, value)
        if answer is False:
            return False
        found = found if answer else None
    return found


def _add(values: dict[str, Any], new: dict[str, Any]) -> None:
    """Set keys, which compare without case."""
    known = {key.lower(): key for key in values}
    for key, value in new.items():
        values[known.get(key.lower(), key)] = value


def _fits(have: Any, wanted: Any) -> bool | None:
    """Say whether a value has every value below another one; None when that hangs on an unknown one.

    A mapping fits what has all its fields, a list what begins with its items.
    """
    if have is UNKNOWN or wanted is UNKNOWN:
        return None
    if isinstance(wanted, dict):
        return _all(_fits(_inside(have, key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return _all(_fits(_inside(have, number), value) for number, value in enumerate(wanted))
    return loosely_equal(have, wanted)


def _all(answers: Iterable[bool | None]) -> bool | None:
    found: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            found = None
    return found


def _inside(have: Any, key: str | int) -> Any:
    """Return what stands under a key, None where there is nothing."""
    if isinstance(have, dict):
        wanted = str(key).lower()
        return next((value for name, value in have.items() if name.lower() == wanted), None)
    if isinstance(have, list):
        number = number_of_value(key)
        return have[int(number)] if 0 <= number < len(have) else None
    return None


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
    if OPENING in text:
        try:
            found = find_expressions(text)
            if len(found) == 1 and found[0][:2] == (0, len(text)):
                return evaluate(parse(found[0][2]), env)
            literal = interpolate(text, env).literal
        except ExpressionError:
            return UNKNOWN
        return UNKNOWN if literal is None else literal
    if is_null(node):
        return None
    boolean = boolean_of(node)
    return _number_or_text(node) if boolean is None else boolean


def _number_or_text(node: Scalar) -> Any:
    if node.style or node.value[:2] not in {"0x", "0o"}:
        number = number_of(node)
        return node.value if number is None else number
    try:
        return number_in_base(node.value)
    except ValueError:
        return node.value
