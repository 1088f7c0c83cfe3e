"""The names of the checks that jobs report.

A job reports its `name` after expressions, else its id. With a matrix and a name without expressions, the values of the
combination follow in brackets, without those that `include` adds to a combination of the axes; a name with an
expression gets no such suffix, unless it comes out empty. A job of a reusable workflow reports `caller / job`. Each
job's segment is cut at 100 characters.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idname,
https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows; brackets and cut:
https://github.com/actions/runner/blob/main/src/Sdk/WorkflowParser/Conversion/JobNameBuilder.cs, CreateConfiguration in
MatrixBuilder.cs beside it, and in the field https://github.com/8398a7/action-slack/issues/137 (an added value that the
name leaves out) and https://github.com/kata-containers/kata-containers/issues/11176 (the cut)
"""

from __future__ import annotations

from phase_mirror.repository.workflows.expression_values import text_of_value
from phase_mirror.repository.workflows.expressions import OPENING, UNKNOWN, ExpressionError, Template, interpolate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from phase_mirror.repository.workflows.matrix import Matrix

SEPARATOR = " / "
LONGEST_SEGMENT = 100
ELLIPSIS = "..."
ANYTHING = Template((UNKNOWN,))
ROOM_FOR_A_HOLE = 40
"""Characters that a hole is allowed for: a name that it might bring over the longest is unknown behind it."""


def job_check_names(
    job_id: str, name: str | None, matrix: Matrix | None, env: dict[str, Any], *, skipped: bool
) -> dict[Template, bool]:
    """Return the names that the runs of a job report, in order, and whether each is sure to be among them.

    Args:
        job_id: its key.
        name: its `name` as written, None without one.
        matrix: its combinations, None without a matrix.
        env: contexts by name, for expressions in the name.
        skipped: the job's `if` skips it; then neither its matrix nor the expressions in its name are expanded.
    """
    dynamic = name is not None and OPENING in name
    if skipped:
        return {_cut(Template.of([name or job_id]), exact=not dynamic): True}
    if matrix is None or matrix.combinations is None:
        known = env if matrix is None else {key: value for key, value in env.items() if key != "matrix"}
        return {_name(job_id, name, known, _unknown_suffix(matrix)): True}
    found: dict[Template, bool] = {}
    for combination in matrix.combinations:
        known = {**env, "matrix": combination.context} if dynamic else env
        each = _name(job_id, name, known, _suffix(combination.named))
        found[each] = combination.certain or found.get(each, False)
    return found


def _name(job_id: str, name: str | None, env: dict[str, Any], suffix: list[Any]) -> Template:
    """Return the name of one run of a job."""
    if name is None or OPENING not in name:
        return _cut(Template.of([name or job_id, *suffix]), exact=True)
    try:
        template = interpolate(name, env)
    except ExpressionError:
        return ANYTHING
    if not template.parts:
        return _cut(Template.of([job_id, *suffix]), exact=True)
    return _cut(template, exact=False)


def _unknown_suffix(matrix: Matrix | None) -> list[Any]:
    if matrix is None:
        return []
    return [" (", UNKNOWN, ")"] if matrix.certain else [UNKNOWN]


def _suffix(values: dict[str, Any]) -> list[Any]:
    """Return the values of a combination in brackets; null and empty ones are left out, and so may be unknown ones.

    That all values of a combination are unknown and turn out empty is not looked for: the brackets are taken as sure.
    """
    parts: list[Any] = []
    for leaf in _leaves(values):
        text = UNKNOWN if leaf is UNKNOWN else text_of_value(leaf)
        if text is UNKNOWN or text == "":
            parts += [UNKNOWN] if text is UNKNOWN else []
        else:
            parts.append(text if all(part is UNKNOWN for part in parts) else f", {text}")
    return [" (", *parts, ")"] if parts else []


def _leaves(value: Any) -> Iterator[Any]:
    """Yield the scalar values below a value, in order."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _cut(template: Template, *, exact: bool) -> Template:
    """Cut a segment at its longest.

    Args:
        template: the segment; where holes may bring it over the longest, what follows the first one becomes a hole too.
        exact: whether it is known to be cut; of a name that comes out of expressions it is not, and both may be.
    """
    literal = template.literal
    if literal is not None:
        if len(literal) <= LONGEST_SEGMENT:
            return template
        kept = literal[: LONGEST_SEGMENT - len(ELLIPSIS)]
        return Template((kept + ELLIPSIS,)) if exact else Template((kept, UNKNOWN))
    least = sum(len(part) for part in template.parts if part is not UNKNOWN)
    if least + ROOM_FOR_A_HOLE <= LONGEST_SEGMENT:
        return template
    first = template.parts[0]
    return ANYTHING if first is UNKNOWN else Template((first[: LONGEST_SEGMENT - len(ELLIPSIS)], UNKNOWN))


def nest(caller: Template, callee: Template) -> Template:
    """Return the name of a job of a called workflow."""
    return Template.of([*caller.parts, SEPARATOR, *callee.parts])
