"""Which checks a repository's workflows can report, and when.

A job reports a check under its name (`checknames`), a job of a reusable workflow under `caller / callee`, as deep as
calls go. What only a run can know (a dynamic matrix, an expression, a reusable workflow of another repository) makes
the name a pattern with holes: unknown stays unknown. A job is skipped by its own `if`, and when a job it needs is
skipped; what happens when a job fails is not looked at.

Sources: https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows and
https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks;
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Scalar, entries_of, is_null, text_of
from phase_mirror.repository.workflows.checknames import ANYTHING, job_check_names, nest
from phase_mirror.repository.workflows.expression_values import text_of_value
from phase_mirror.repository.workflows.expressions import (
    SUCCESS,
    UNKNOWN,
    ExpressionError,
    Template,
    condition,
)
from phase_mirror.repository.workflows.facts import LOCAL
from phase_mirror.repository.workflows.matrix import matrix_of, value_of
from phase_mirror.repository.workflows.reach import PULL_REQUEST_EVENTS, Reach, starts
from phase_mirror.repository.workflows.reader import inputs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Job, Workflow
    from phase_mirror.repository.workflows.matrix import Matrix
    from phase_mirror.repository.workflows.reach import Occasion, Start

MOST_CHECKS = 20_000
"""Checks listed for one occasion; a repository with more has matrices of matrices, and the rest become one hole."""
MOST_JOBS = 50_000
"""Jobs visited for one occasion, those of called workflows once for each call."""
COMPARISONS_A_JOB = 50
"""So many comparisons for a matrix count as one job visited."""


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
        conditional: what cannot be decided here (an `if`, an `exclude`) chooses between this name and another.
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
        In order of path, trigger and job; ask `check.start.reach` whether it runs. The list is kept with the snapshot
        and given to every rule that asks.
    """
    known = snapshot.checks.get((occasion, branch))
    if known is None:
        known = snapshot.checks[occasion, branch] = _checks_of(snapshot, occasion, branch)
    return known


def _checks_of(snapshot: Snapshot, occasion: Occasion, branch: str | None) -> list[Check]:
    found: list[Check] = []
    budget = [MOST_JOBS]
    for workflow in snapshot.workflows.values():
        for start in starts(workflow, occasion, branch, snapshot.default_branch):
            if start.trigger.event == "workflow_call":
                continue  # reported under its callers
            walk = _Walk(snapshot, start, branch, budget)
            for check in walk.workflow(workflow, walk.environment(), ()):
                found.append(check)
                if len(found) == MOST_CHECKS or not budget[0]:
                    rest = start.replace(reach=Reach.UNKNOWN, why="there are too many jobs to follow")
                    found.append(check.replace(name=ANYTHING, start=rest, conditional=True, known=False))
                    return found
    return found


class _Walk:
    """Follows the calls of one started workflow."""

    def __init__(self, snapshot: Snapshot, start: Start, branch: str | None, budget: list[int]) -> None:
        self.snapshot = snapshot
        self.start = start
        self.branch = branch
        self.budget = budget

    def environment(self) -> dict[str, Any]:
        """Return what is known before a run: the event, the branch. A called workflow sees those of its caller."""
        event = self.start.trigger.event
        is_change = event in PULL_REQUEST_EVENTS
        slug = self.snapshot.setting.slug
        github: dict[str, Any] = {
            "event_name": event,
            "workflow": self.start.workflow.title,
            "repository": slug or UNKNOWN,
            "repository_owner": slug.partition("/")[0] or UNKNOWN,
        }
        if is_change or event == "push":
            github["base_ref"] = (self.branch or UNKNOWN) if is_change else ""
        default = self.snapshot.default_branch
        if event == "pull_request_target" and default:
            github["ref_name"] = default
            github["ref"] = f"refs/heads/{default}"
        return {"github": github, "inputs": UNKNOWN if event == "workflow_dispatch" else {}}

    def workflow(self, workflow: Workflow, env: dict[str, Any], callers: tuple[Link, ...]) -> Iterator[Check]:
        """Yield the checks of every job of a workflow."""
        ways = _ways(workflow, env)
        for job in workflow.jobs.values():
            if not self.budget[0]:
                yield Check(ANYTHING, self.start, (*callers, Link(workflow, job)), conditional=True, known=False)
                return
            self.budget[0] -= 1
            yield from self.job(Link(workflow, job), env, callers, ways[job.id])

    def job(self, link: Link, env: dict[str, Any], callers: tuple[Link, ...], way: bool | None) -> Iterator[Check]:
        """Yield the checks of one job, for the ways its `if` can go: run, skipped, or either (None)."""
        job, chain = link.job, (*callers, link)
        if way is not True:
            for name in self.names(job, env, None, skipped=True):
                yield Check(name, self.start, chain, skipped=True, conditional=way is None)
        if way is False:
            return
        for matrix, known in self.matrices(job, env):
            for name, certain in self.names(job, known, matrix).items():
                conditional = way is None or not certain
                if job.uses is None:
                    yield Check(name, self.start, chain, conditional=conditional)
                else:
                    yield from self.called(job, name, known, chain, conditional=conditional)

    def matrices(self, job: Job, env: dict[str, Any]) -> Iterator[tuple[Matrix | None, dict[str, Any]]]:
        """Yield the matrix of a job with what is known beside it; of a caller, each combination for itself."""
        matrix = matrix_of(job, env, self.snapshot.limits)
        if matrix is not None:
            self.budget[0] = max(0, self.budget[0] - matrix.work // COMPARISONS_A_JOB)
        if job.uses is None or matrix is None or matrix.combinations is None:
            yield matrix, env
            return
        for combination in matrix.combinations:
            yield matrix.replace(combinations=(combination,)), {**env, "matrix": combination.context}

    def names(
        self, job: Job, env: dict[str, Any], matrix: Matrix | None, *, skipped: bool = False
    ) -> dict[Template, bool]:
        return job_check_names(job.id, job.name.value if job.name else None, matrix, env, skipped=skipped)

    def called(
        self, job: Job, name: Template, env: dict[str, Any], chain: tuple[Link, ...], *, conditional: bool
    ) -> Iterator[Check]:
        """Yield the checks of the reusable workflow a job calls, under the caller's name."""
        callee = self.callee(job, chain)
        if callee is None:
            yield Check(nest(name, Template((UNKNOWN,))), self.start, chain, conditional=conditional, known=False)
            return
        inner = {"github": env["github"], "inputs": _inputs(callee, job, env)}
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


def _ways(workflow: Workflow, env: dict[str, Any]) -> dict[str, bool | None]:
    """Return how each job goes when none fails: True it runs, False it is skipped, None when only a run can know.

    Jobs are decided after those they need; GitHub refuses needs that go in a circle.
    """
    found: dict[str, bool | None] = {}
    waiting: set[str] = set()
    for first in workflow.jobs:
        stack = [first]
        while stack:
            job = workflow.jobs[stack[-1]]
            needs = [need.value for need in job.needs if need.value in workflow.jobs]
            missing = [need for need in needs if need not in found and need not in waiting]
            if job.id in found or not missing:
                stack.pop()
                waiting.discard(job.id)
                before = [found.get(need) for need in needs]
                known = False if False in before else (None if None in before else True)
                found.setdefault(job.id, _decide(job.condition, {**env, SUCCESS: known}))
            else:
                waiting.add(job.id)
                stack.extend(missing)
    return found


def _decide(text: str | None, env: dict[str, Any]) -> bool | None:
    """Return how a job's `if` goes; None when only a run can know."""
    try:
        return condition("success()" if text is None else text, env)
    except ExpressionError:
        return None


def _inputs(callee: Workflow, job: Job, env: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs of a called workflow: what the caller passes, else the defaults."""
    passed = {key.value.lower(): value for key, value in entries_of(job.node.get("with"))}
    found: dict[str, Any] = {}
    for key, body in inputs_of(callee, "workflow_call"):
        kind = text_of(body.get("type")) or "string"
        given = passed.get(key.value.lower())
        if given is not None:
            found[key.value] = _input(kind, given, env)
        else:
            default = body.get("default")
            own = {**env, "inputs": UNKNOWN}
            found[key.value] = _NOTHING.get(kind, "") if is_null(default) else _input(kind, default, own)
    return found


_NOTHING = {"boolean": False, "number": 0}
"""Inputs without a value, by type; any other is an empty text
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_callinputs)."""


def _input(kind: str, node: Node | None, env: dict[str, Any]) -> Any:
    """Return one input with the type it is declared with; UNKNOWN where only a run can know it, or it has another."""
    if not isinstance(node, Scalar):
        return UNKNOWN
    value = value_of(node, env)
    if value is UNKNOWN:
        return UNKNOWN
    if kind == "string":
        return text_of_value(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else UNKNOWN
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else UNKNOWN
