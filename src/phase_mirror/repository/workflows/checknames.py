"""The names of the checks that jobs report.

A job reports its `name` after expressions, else its id. With a matrix and a name without expressions, the values of the
combination follow in brackets; a name with an expression gets no such suffix. A job of a reusable workflow reports
`caller / job`. Each job's segment is cut at 100 characters.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idname,
https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows; names cut to 100 characters, three dots at
the end: https://github.com/kata-containers/kata-containers/issues/11176
"""

from __future__ import annotations

from phase_mirror.repository.workflows.expression_values import text_of_value
from phase_mirror.repository.workflows.expressions import UNKNOWN, ExpressionError, Template, interpolate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from phase_mirror.repository.workflows.matrix import Matrix

SEPARATOR = " / "
LONGEST_SEGMENT = 100
ELLIPSIS = "..."
ANYTHING = Template((UNKNOWN,))


def job_check_names(
    job_id: str, name: str | None, matrix: Matrix | None, env: dict[str, Any], *, skipped: bool
) -> list[Template]:
    """Return the names that the runs of a job report, in order, each once.

    Args:
        job_id: its key.
        name: its `name` as written, None without one.
        matrix: its combinations, None without a matrix.
        env: contexts by name, for expressions in the name.
        skipped: the job's `if` skips it; then neither its matrix nor the expressions in its name are expanded.
    """
    if skipped:
        return [_cut(Template.of([name or job_id]))]
    dynamic = name is not None and "${{" in name
    if matrix is None or matrix.combinations is None:
        if dynamic:
            known = env if matrix is None else {key: value for key, value in env.items() if key != "matrix"}
            return [_named(name or "", known)]
        suffix: list[Any] = [] if matrix is None else [" (", UNKNOWN, ")"]
        return [_cut(Template.of([name or job_id, *suffix]))]
    found: dict[Template, None] = {}
    for combination in matrix.combinations:
        if dynamic:
            found[_named(name or "", {**env, "matrix": combination})] = None
        else:
            found[_cut(Template.of([name or job_id, *_suffix(combination)]))] = None
    return list(found)


def _named(name: str, env: dict[str, Any]) -> Template:
    try:
        return _cut(interpolate(name, env))
    except ExpressionError:
        return ANYTHING


def _suffix(combination: dict[str, Any]) -> list[Any]:
    """Return the values of a combination in brackets; null and empty ones are left out."""
    parts: list[Any] = []
    for leaf in _leaves(combination):
        text = UNKNOWN if leaf is UNKNOWN else text_of_value(leaf)
        if text != "":
            parts += [", ", text]
    return [" (", *parts[1:], ")"] if parts else []


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


def _cut(template: Template) -> Template:
    """Cut a segment at its longest; with a hole in the part that is kept, its length is unknown and it stays whole."""
    first = template.parts[0] if template.parts else ""
    if first is UNKNOWN or len(first) < LONGEST_SEGMENT - len(ELLIPSIS):
        return template
    if len(template.parts) == 1 and len(first) <= LONGEST_SEGMENT:
        return template
    return Template((first[: LONGEST_SEGMENT - len(ELLIPSIS)] + ELLIPSIS,))


def nest(caller: Template, callee: Template) -> Template:
    """Return the name of a job of a called workflow."""
    return Template.of([*caller.parts, SEPARATOR, *callee.parts])
