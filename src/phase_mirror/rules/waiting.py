"""What a job that waits for others makes of their results.

A job whose `if` has no status function is skipped when a job it needs has failed, and a skipped job satisfies a
required check of its name. One with `always()` or the like runs, and has to read `needs.*.result` itself.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions and
https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Scalar
from phase_mirror.repository.workflows.expression_tree import Binary, Call, Context, Index, Literal, Not, parse
from phase_mirror.repository.workflows.expressions import (
    UNKNOWN,
    ExpressionError,
    calls,
    evaluate,
    find_expressions,
    references,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.workflows.expression_tree import Expression
    from phase_mirror.repository.workflows.facts import Job, Workflow

STATUS_FUNCTIONS = frozenset({"always", "success", "failure", "cancelled"})
_AFTER_FAILURE = {"always": True, "success": False, "failure": True, "cancelled": False}
"""What the status functions of a job say once a job it needs has failed."""

_RESULTS = "result"
_FAILED = frozenset({"failure", "cancelled"})


class Read(Record):
    """A place where a job reads something of another job.

    Attributes:
        other: the id of the other job as written, `*` for all of them.
        part: `result`, `outputs`, or empty for the whole.
        awaits_failure: it compares the result with a failure, so that an empty result passes.
        node: the text it stands in.
    """

    other: str
    part: str
    awaits_failure: bool
    node: Node


def needed_jobs(workflow: Workflow, job: Job) -> dict[str, Job]:
    """Return the jobs that a job waits for, directly or not, in the order they are found."""
    found: dict[str, Job] = {}
    waiting = [job]
    while waiting:
        for need in waiting.pop(0).needs:
            other = workflow.jobs.get(need.value)
            if other is not None and other.id not in found and other is not job:
                found[other.id] = other
                waiting.append(other)
    return found


def reads_of(job: Job) -> list[Read]:
    """Return where a job reads the `needs` context, in document order."""
    return [read for node, bare in _texts(job) for read in _reads(node, bare=bare)]


def sums_up(job: Job) -> bool:
    """Say whether a job reads the results of the jobs it needs, itself or through an action made for that."""
    if any(read.part in {_RESULTS, ""} for read in reads_of(job)):
        return True
    return any(step.reference is not None and step.reference.repository == "alls-green" for step in job.steps)


def runs_after(job: Job, failed: Job, event: str) -> bool | None:
    """Say whether a job runs although a job it needs has failed; None when only a run can know.

    Args:
        job: whose `if` is asked.
        failed: a job it needs, directly or not.
        event: what started the workflow.
    """
    text = (job.condition or "").strip()
    found = find_expressions(text)
    if found and (len(found) != 1 or found[0][:2] != (0, len(text))):
        return None
    inside = found[0][2] if found else text
    if not inside.strip():
        return False
    try:
        node = parse(inside.strip())
    except ExpressionError:
        return None
    if not STATUS_FUNCTIONS & set(calls(node)):
        return False
    direct = any(need.value == failed.id for need in job.needs)
    results = {failed.id: {_RESULTS: "failure" if direct else UNKNOWN, "outputs": UNKNOWN}}
    others = {need.value: {_RESULTS: UNKNOWN, "outputs": UNKNOWN} for need in job.needs if need.value != failed.id}
    env = {"github": {"event_name": event}, "needs": {**others, **results}}
    return _holds(_after_failure(node, some_failed=direct), env)


def _holds(node: Expression, env: dict[str, object]) -> bool | None:
    """Return whether a parsed condition holds; None when that is unknown."""
    if isinstance(node, Not):
        inside = _holds(node.operand, env)
        return None if inside is None else not inside
    if isinstance(node, Binary) and node.operator in {"&&", "||"}:
        decides = node.operator == "||"
        sides = (_holds(node.left, env), _holds(node.right, env))
        if decides in sides:
            return decides
        return None if None in sides else not decides
    value = evaluate(node, env)
    return None if value is UNKNOWN else bool(value)


def _after_failure(node: Expression, *, some_failed: bool) -> Expression:
    """Return a condition with the status functions, and the question whether some job failed, replaced by answers."""
    if isinstance(node, Call):
        name = node.name.lower()
        if name in _AFTER_FAILURE:
            return Literal(_AFTER_FAILURE[name])
        if some_failed and name == "contains" and len(node.arguments) == 2:
            inside, item = node.arguments
            if _path(inside) == ("needs", "*", _RESULTS) and item == Literal("failure"):
                return Literal(True)
        return node
    if isinstance(node, Not):
        return Not(_after_failure(node.operand, some_failed=some_failed))
    if isinstance(node, Binary):
        left = _after_failure(node.left, some_failed=some_failed)
        return Binary(node.operator, left, _after_failure(node.right, some_failed=some_failed))
    return node


def _path(node: Expression) -> tuple[str, ...]:
    return references(node)[0] if isinstance(node, (Context, Index)) and references(node) else ()


# -- where `needs` is read --------------------------------------------------------------------------------------------


def _texts(job: Job) -> Iterator[tuple[Scalar, bool]]:
    """Yield the scalars of a job that may hold expressions; True for an `if`, which needs no `${{ }}`."""
    conditions = {id(job.node.get("if")), *(id(step.node.get("if")) for step in job.steps)}
    for node in job.node.walk():
        if isinstance(node, Scalar):
            yield node, id(node) in conditions


def _reads(scalar: Scalar, *, bare: bool) -> Iterator[Read]:
    text = scalar.value
    if "needs" not in text.lower():
        return
    found = find_expressions(text)
    inside = [(text, "")] if bare and not found else [(each, text[end:]) for _, end, each in found]
    for expression, behind in inside:
        try:
            node = parse(expression.strip())
        except ExpressionError:
            continue
        awaits = _awaits_failure(node) or _compared_with_failure(behind)
        for path in references(node):
            if path[0] == "needs":
                other, part = (*path[1:3], "", "")[:2]
                yield Read(other, part, awaits, scalar)


def _awaits_failure(node: Expression) -> bool:
    """Say whether an expression asks whether a result is a failure, and nothing else of it."""
    if isinstance(node, Binary) and node.operator == "==":
        return any(isinstance(side, Literal) and side.value in _FAILED for side in (node.left, node.right))
    if isinstance(node, Binary) and node.operator == "||":
        return _awaits_failure(node.left) and _awaits_failure(node.right)
    return isinstance(node, Call) and node.name.lower() == "contains" and node.arguments[-1:] == (Literal("failure"),)


def _compared_with_failure(behind: str) -> bool:
    """Say whether a shell compares the text before with a failure: `" == "failure"`."""
    words = behind.lstrip("\"'").split(maxsplit=2)
    return len(words) > 1 and words[0] in {"==", "="} and words[1].strip("\"';]") in _FAILED
