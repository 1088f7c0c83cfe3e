"""Follows what outsiders write to where it is used: through `env`, inputs, outputs, called workflows and own actions.

1. `runs` lists every job with every event an outsider can start it by, reusable workflows of the tree included.
2. A `Scope` answers what a name stands for at one step: the `env` levels, the inputs, the steps before it, the needed
   jobs.
3. `Scope.sources` returns the texts of outsiders that an expression can give, each with the way it came.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Mapping, Scalar, entries_of
from phase_mirror.repository.workflows.facts import LOCAL
from phase_mirror.rules.gating import Access, access_of, condition_access, job_access, step_accesses
from phase_mirror.rules.untrusted import COMMIT, OUTSIDER_EVENTS, TEXTS, Tainted, flows, named, tainted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Action, Job, Step, Workflow
    from phase_mirror.rules.untrusted import Flow

DEEPEST = 4
"""Levels of calls and of names that are followed; GitHub nests called workflows to ten, real trees rarely past two."""


class Run(Record):
    """One job, started by one event.

    Attributes:
        workflow, job: the job.
        event: that starts the outermost caller.
        access: how far an outsider comes to the job.
        caller: the run of the job that calls this job's workflow, None when the event starts it directly.
    """

    workflow: Workflow
    job: Job
    event: str
    access: Access
    caller: Run | None = None

    @property
    def outermost(self) -> Run:
        """Return the run the event starts directly."""
        return self.caller.outermost if self.caller is not None else self


class Source(Record):
    """A text of an outsider or a name of their code, and the way it came to an expression.

    Attributes:
        text: what it is.
        way: places it passed, from the expression outwards: document and scalar.
        certain: no step output lies on the way.
    """

    text: Tainted
    way: tuple[tuple[Document, Scalar], ...] = ()
    certain: bool = True


def runs(facts: Snapshot) -> list[Run]:
    """Return every job an outsider's event (or a wiki edit) reaches at all, in document order."""
    found: list[Run] = []
    for workflow in facts.workflows.values():
        for event in workflow.triggers:
            if event in OUTSIDER_EVENTS or event in TEXTS:
                for job in workflow.jobs.values():
                    run = Run(workflow, job, event, access_of(facts, workflow, job, event))
                    found.extend(_with_called(facts, run, 1))
    return found


def _with_called(facts: Snapshot, run: Run, depth: int) -> Iterator[Run]:
    if run.access is Access.CLOSED:
        return
    yield run
    reference = run.job.reference
    called = facts.workflows.get(reference.path) if reference and reference.kind == LOCAL else None
    if called is None or "workflow_call" not in called.triggers or depth >= DEEPEST:
        return
    for job in called.jobs.values():
        access = max(run.access, job_access(called, job, run.event))
        yield from _with_called(facts, Run(called, job, run.event, access, run), depth + 1)


class Scope:
    """What names stand for at one step.

    Args:
        facts: to look up own actions.
        run: the job.
        document: where the step stands.
        steps: its siblings.
        levels: the `env` mappings, innermost first, each with its document.
        outer: the scope of the caller (of an own action or a reusable workflow), None for a workflow's own steps.
        inputs: what the caller passes.
        defaults: the default of each input.
    """

    def __init__(
        self,
        facts: Snapshot,
        run: Run,
        document: Document,
        steps: tuple[Step, ...],
        levels: list[tuple[Document, Node]],
        outer: Scope | None = None,
        inputs: Node | None = None,
    ) -> None:
        self.facts = facts
        self.run = run
        self.document = document
        self.steps = steps
        self.levels = levels
        self.outer = outer
        self.inputs = inputs

    def sources(self, flow: Flow, depth: int = 0) -> Iterator[Source]:
        """Yield what a context path can give here of an outsider: a text, or a name of their code (`Tainted.kind`)."""
        text = tainted(flow, self.run.event) or named(flow, self.run.event)
        if text is not None:
            yield Source(text)
        if depth >= DEEPEST or len(flow.path) < 2:
            return
        kind, name = flow.path[0], flow.path[1]
        if kind == "env" and len(flow.path) == 2:
            yield from self._env(name, depth)
        elif kind == "inputs" and len(flow.path) == 2 and self.outer is not None:
            yield from self.outer.through(self.outer.document, _entry(self.inputs, name), depth)
        elif kind in {"steps", "needs"} and len(flow.path) == 4 and flow.path[2] == "outputs":
            follow = self._step_output if kind == "steps" else self._job_output
            yield from follow(name, flow.path[3], depth)

    def through(self, document: Document, scalar: Scalar | None, depth: int) -> Iterator[Source]:
        """Yield what a value of `env`, `with` or `outputs` carries, evaluated in this scope."""
        if scalar is None:
            return
        for _, _, found in flows(scalar.value):
            for flow in found:
                for source in self.sources(flow, depth + 1):
                    yield Source(source.text, ((document, scalar), *source.way), source.certain)

    def variable(self, name: str, depth: int = 0) -> Iterator[Source]:
        """Yield what an environment variable carries that is set by `env`."""
        yield from self._env(name.lower(), depth)

    def _env(self, name: str, depth: int) -> Iterator[Source]:
        for document, level in self.levels:
            scalar = _entry(level, name)
            if scalar is not None:
                yield from self.through(document, scalar, depth)
                return
        if self.outer is not None and self.outer.run is self.run:  # an own action sees the variables of its caller
            yield from self.outer.variable(name, depth)

    def _step_output(self, step_id: str, name: str, depth: int) -> Iterator[Source]:
        step = next((each for each in self.steps if each.id.lower() == step_id), None)
        if step is None:
            return
        yield from self._looked_up(step, name)
        if step.run is None:
            return
        scope = self.at(step)
        for value in _assigned(step.run.value, name):
            variable = _only_variable().fullmatch(value)
            if variable:
                found = scope.variable(variable.group(1), depth + 1)
            else:
                found = (
                    source
                    for start, end, inner in flows(value)
                    if (start, end) == (0, len(value))
                    for flow in inner
                    for source in scope.sources(flow, depth + 1)
                )
            for source in found:
                yield Source(source.text, ((self.document, step.run), *source.way), certain=False)

    def _looked_up(self, step: Step, name: str) -> Iterator[Source]:
        """Yield the head commit of a pull request that a script looks up and sets as one of its outputs."""
        node = step.run or step.input_node("script")
        known = step.uses is not None and step.uses.value.partition("@")[0].lower() in _HEAD_LOOKUPS
        found = known and name == "head_sha"
        if isinstance(node, Scalar) and name in node.value.lower():
            found = any((match["name"] or match["js"]).lower() == name for match in _lookup().finditer(node.value))
        if found:
            text = Tainted(f"steps.{step.id}.outputs.{name}", "the head commit of a pull request", False, False, COMMIT)
            yield Source(text, certain=False)

    def _job_output(self, job_id: str, name: str, depth: int) -> Iterator[Source]:
        workflow = self.run.workflow
        job = next((each for each in workflow.jobs.values() if each.id.lower() == job_id), None)
        if job is None or (self.outer is not None and self.outer.run is self.run):  # an own action has no `needs`
            return
        run = Run(workflow, job, self.run.event, self.run.access, self.run.caller)
        scope = scope_of(self.facts, run)
        for source in scope.through(workflow.document, _entry(job.node.get("outputs"), name), depth):
            yield Source(source.text, source.way, certain=False)

    def at(self, step: Step) -> Scope:
        """Return the scope of a step of this job or action."""
        env = step.node.get("env")
        levels = [(self.document, env), *self.levels] if env is not None else self.levels
        return Scope(self.facts, self.run, self.document, self.steps, levels, self.outer, self.inputs)

    def inside(self, action: Action, step: Step) -> Scope:
        """Return the scope of the steps of an own action that a step of this scope uses."""
        return Scope(self.facts, self.run, action.document, action.steps, [], self.at(step), step.node.get("with"))


def scope_of(facts: Snapshot, run: Run) -> Scope:
    """Return the scope of a job; of a called one, with what its caller passes."""
    document = run.workflow.document
    nodes = (run.job.node.get("env"), run.workflow.root.get("env"))
    levels = [(document, node) for node in nodes if node is not None]
    if run.caller is None:
        return Scope(facts, run, document, run.job.steps, levels)
    outer = scope_of(facts, run.caller)
    return Scope(facts, run, document, run.job.steps, levels, outer, run.caller.job.node.get("with"))


class Place(Record):
    """One step an outsider's event reaches, in a job or in an own action it uses.

    Attributes:
        step: the step.
        scope: what names stand for in it.
        access: how far an outsider comes.
        locator: structural place of the step.
        via: the step of the workflow that uses the own action, None for a workflow's own step.
    """

    step: Step
    scope: Scope
    access: Access
    locator: str
    via: Step | None = None


def places(facts: Snapshot, run: Run) -> Iterator[Place]:
    """Yield the steps of a run, those of the own actions it uses included."""
    scope = scope_of(facts, run)
    for step, reached in step_accesses(run.workflow, run.job, run.event):
        access = max(run.access, reached)
        if access < Access.CLOSED:
            place = Place(step, scope.at(step), access, f"jobs.{run.job.id}.steps[{step.label}]")
            yield place
            yield from _within(facts, place, scope, 1)


def _within(facts: Snapshot, place: Place, scope: Scope, depth: int) -> Iterator[Place]:
    reference = place.step.reference
    action = facts.action(reference.path) if reference and reference.kind == LOCAL and depth < DEEPEST else None
    if action is None:
        return
    inner = scope.inside(action, place.step)
    for step in action.steps:
        access = max(place.access, condition_access(step.condition, scope.run.event))
        if access < Access.CLOSED:
            found = Place(step, inner.at(step), access, f"runs.steps[{step.label}]", place.via or place.step)
            yield found
            yield from _within(facts, found, inner, depth + 1)


def _entry(node: Node | None, name: str) -> Scalar | None:
    """Return a value by its name without case."""
    if isinstance(node, Mapping):
        for key, value in entries_of(node):
            if key.value.lower() == name.lower() and isinstance(value, Scalar):
                return value
    return None


@cache
def _only_variable() -> re.Pattern[str]:
    return re.compile(r"\$\{?([A-Za-z_]\w*)\}?")


_HEAD_LOOKUPS = ("xt0rted/pull-request-comment-branch", "eficode/resolve-pr-refs")
"""Actions whose output `head_sha` is the head commit of the pull request that was commented on."""


@cache
def _lookup() -> re.Pattern[str]:
    return re.compile(
        r"(?P<name>[\w-]+)=\"?\$\((?=[^\n]*(?:headRefOid|\.head\.sha))[^\n]*GITHUB_OUTPUT"
        r"|setOutput\(\s*[\"'](?P<js>[\w-]+)[\"']\s*,\s*[\w.]*\bhead\.sha\b"
    )


@cache
def _assignment() -> re.Pattern[str]:
    return re.compile(
        r"(?:^|[\s\"'{;])(?P<name>[\w-]+)=(?P<value>\$\{\{.*?\}\}|[^\s\"'}]*\}?)[\"']?\s*(?:\}?\s*>>\s*[\"']?\$\{?GITHUB_OUTPUT|\|\s*tee)"
        r"|::set-output name=(?P<old>[\w-]+)::(?P<text>\$\{\{.*?\}\}|[^\s\"']*)",
        re.MULTILINE,
    )


def _assigned(script: str, name: str) -> Iterator[str]:
    """Yield the values a script assigns to one of its outputs, as written."""
    for match in _assignment().finditer(script):
        if (match["name"] or match["old"]).lower() == name:
            yield (match["value"] or match["text"] or "").strip("\"'")
