"""Which checks a repository's workflows can report, and when.

A job reports a check under its name (`checknames`), a job of a reusable workflow under `caller / callee`, as deep as
calls go. What only a run can know (a dynamic matrix, an expression, a reusable workflow of another repository) makes
the name a pattern with holes: unknown stays unknown.

Sources: https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows and
https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Mapping, entries_of, text_of
from phase_mirror.repository.workflows.checknames import job_check_names, nest
from phase_mirror.repository.workflows.expression_values import text_of_value
from phase_mirror.repository.workflows.expressions import UNKNOWN, ExpressionError, Template, condition
from phase_mirror.repository.workflows.facts import LOCAL
from phase_mirror.repository.workflows.matrix import expand, value_of
from phase_mirror.repository.workflows.reach import Occasion, Start, starts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.tree import Node, Scalar
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Job, Workflow

MOST_CHECKS = 20_000
"""Checks listed for one occasion; a repository with more has matrices of matrices, and the rest become holes."""


class Link(Record):
    """One job of a chain of calls, with the workflow it stands in."""

    workflow: Workflow
    job: Job


class Check(Record):
    """A check that a job reports.

    Attributes:
        name: literal, or a pattern with holes.
        start: the trigger that starts the outermost workflow.
        chain: the callers, outermost first, then the job itself.
        skipped: this is the name the job reports when its `if` skips it; it then counts as passed.
        conditional: an `if` that cannot be decided here chooses between this name and the other.
        known: False where the name stands for jobs that cannot be read (another repository, too many).
    """

    name: Template
    start: Start
    chain: tuple[Link, ...]
    skipped: bool = False
    conditional: bool = False
    known: bool = True

    @property
    def workflow(self) -> Workflow:
        """Return the workflow the event starts."""
        return self.chain[0].workflow

    @property
    def leaf(self) -> Link:
        """Return the job that reports, with its workflow."""
        return self.chain[-1]

    @property
    def job(self) -> Job:
        """Return the job that reports."""
        return self.chain[-1].job

    @property
    def named_by(self) -> Scalar:
        """Return the scalar the last segment comes from: the job's name, else its id."""
        return self.job.name or self.job.key

    @property
    def span(self) -> Span:
        """Return where the last segment of the name stands."""
        return self.leaf.workflow.span(self.named_by)


def checks_of(snapshot: Snapshot, occasion: Occasion, branch: str | None) -> list[Check]:
    """Return every check that any workflow could report on an occasion, those of starts that never run included.

    Args:
        snapshot: the repository.
        occasion: what the gate waits on.
        branch: the gate's branch, None when unknown.

    Returns:
        In order of path, trigger and job; ask `check.start.reach` whether it runs.
    """
    found: list[Check] = []
    for workflow in snapshot.workflows.values():
        for start in starts(workflow, occasion, branch):
            if start.trigger.event == "workflow_call":
                continue  # reported under its callers
            walk = _Walk(snapshot, start, branch)
            for check in walk.workflow(workflow, walk.environment(workflow), ()):
                if len(found) >= MOST_CHECKS:
                    return found
                found.append(check)
    return found


class _Walk:
    """Follows the calls of one started workflow."""

    def __init__(self, snapshot: Snapshot, start: Start, branch: str | None) -> None:
        self.snapshot = snapshot
        self.start = start
        self.branch = branch

    def environment(self, workflow: Workflow, inputs: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what is known before a run: the event, the branch, the inputs of a call."""
        event = self.start.trigger.event
        is_change = event in {"pull_request", "pull_request_target"}
        github: dict[str, Any] = {
            "event_name": event,
            "workflow": workflow.title,
            "repository": self.snapshot.setting.slug or UNKNOWN,
            "base_ref": (self.branch or UNKNOWN) if is_change else "",
        }
        if event == "pull_request_target" and self.branch:
            github["ref_name"] = self.branch
            github["ref"] = f"refs/heads/{self.branch}"
        return {"github": github, "inputs": {} if inputs is None else inputs}

    def workflow(self, workflow: Workflow, env: dict[str, Any], callers: tuple[Link, ...]) -> Iterator[Check]:
        """Yield the checks of every job of a workflow."""
        for job in workflow.jobs.values():
            yield from self.job(workflow, job, env, callers)

    def job(self, workflow: Workflow, job: Job, env: dict[str, Any], callers: tuple[Link, ...]) -> Iterator[Check]:
        """Yield the checks of one job, for the ways its `if` can go."""
        chain = (*callers, Link(workflow, job))
        decided = _decide(job.condition, env)
        if decided is not True:
            for name in self.names(job, env, skipped=True):
                yield Check(name, self.start, chain, skipped=True, conditional=decided is None)
        if decided is False:
            return
        matrix = expand(job.matrix, env, self.snapshot.limits)
        for name in job_check_names(job.id, job.name.value if job.name else None, matrix, env, skipped=False):
            if job.uses is None:
                yield Check(name, self.start, chain, conditional=decided is None)
            else:
                yield from self.called(job, name, env, chain, conditional=decided is None)

    def names(self, job: Job, env: dict[str, Any], *, skipped: bool) -> list[Template]:
        matrix = expand(job.matrix, env, self.snapshot.limits)
        return job_check_names(job.id, job.name.value if job.name else None, matrix, env, skipped=skipped)

    def called(
        self, job: Job, name: Template, env: dict[str, Any], chain: tuple[Link, ...], *, conditional: bool
    ) -> Iterator[Check]:
        """Yield the checks of the reusable workflow a job calls, under the caller's name."""
        callee = self.callee(job, chain)
        if callee is None:
            yield Check(nest(name, Template((UNKNOWN,))), self.start, chain, conditional=conditional, known=False)
            return
        inner = self.environment(callee, _inputs(callee, job, env))
        for check in self.workflow(callee, inner, chain):
            yield check.replace(name=nest(name, check.name), conditional=check.conditional or conditional)

    def callee(self, job: Job, chain: tuple[Link, ...]) -> Workflow | None:
        """Return the called workflow; None for another repository's, a missing one, a circle, or too deep a call."""
        reference = job.reference
        if reference is None or reference.kind != LOCAL or len(chain) > self.snapshot.limits.call_depth:
            return None
        if any(link.workflow.path == reference.path for link in chain):
            return None
        return self.snapshot.workflows.get(reference.path)


def _decide(text: str | None, env: dict[str, Any]) -> bool | None:
    """Return how a job's `if` goes: True without one; None when only a run can know."""
    if text is None:
        return True
    try:
        return condition(text, env)
    except ExpressionError:
        return None


def _inputs(callee: Workflow, job: Job, env: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs of a called workflow: what the caller passes, else the defaults."""
    trigger = callee.triggers.get("workflow_call")
    declared = entries_of(trigger.node.get("inputs")) if trigger and trigger.node else []
    passed = {key.value: value for key, value in entries_of(job.node.get("with"))}
    return {key.value: _input(body, passed.get(key.value), env) for key, body in declared}


def _input(body: Node, passed: Node | None, env: dict[str, Any]) -> Any:
    """Return one input with the type it is declared with; UNKNOWN where only a run can know it."""
    kind = (text_of(body.get("type")) if isinstance(body, Mapping) else None) or "string"
    node = passed if passed is not None else body.get("default")
    if node is None:
        return {"boolean": False, "number": 0}.get(kind, "")
    value = value_of(node, env)
    if value is UNKNOWN:
        return UNKNOWN
    if kind == "string":
        written = text_of(node) or ""
        return text_of_value(value) if "${{" in written else written
    if kind == "boolean":
        return {"true": True, "false": False}.get(text_of_value(value).lower(), UNKNOWN)
    return value
