"""Where the workflows of a repository run this tool, and how seriously they take it.

A call is a step that runs `phase-mirror analyze`, a step that uses an action of that name, or a job that calls a
reusable workflow of that name. One inside a local reusable workflow counts for the events of its callers.
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import text_of
from phase_mirror.repository.workflows.facts import LOCAL, REMOTE
from phase_mirror.repository.workflows.shell import read_script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Job, Step, Uses, Workflow
    from phase_mirror.repository.workflows.shell import Command

NAMES = ("phase-mirror", "phase_mirror")
GATE_EVENTS = ("pull_request", "pull_request_target", "merge_group")
"""Events on whose checks a gate can wait."""
NARROWING = (
    "--dry-run",
    "--rules",
    "--ignore",
    "--min-confidence",
    "--baseline",
    "--config",
    "--mode",
    "--ref",
    "--base",
)
"""Options that leave something out of a run or choose what it is held against."""
MOST_CALLERS = 3
"""Workflows that call one another, followed upwards."""


class OwnCall(Record):
    """One call of this tool.

    Attributes:
        workflow, job: where it stands.
        step: None where the job itself calls a reusable workflow.
        node: the command, the action or the reusable workflow.
        what: the command's options, or the action with its owner and without its version.
        events: the gate events that start it, with the workflow that names each.
        swallowed: why a red result does not make the job red, empty when it does.
        conditions: the `if` of the step, the job and its callers.
    """

    workflow: Workflow
    job: Job
    step: Step | None
    node: Node
    what: tuple[str, ...]
    events: dict[str, Workflow]
    swallowed: str
    conditions: tuple[str, ...]

    @property
    def locator(self) -> str:
        """Return its structural place."""
        inside = f".steps[{self.step.label}]" if self.step else ""
        return f"jobs.{self.job.id}{inside}"


def own_calls(facts: Snapshot) -> list[OwnCall]:
    """Return every call, in order of path."""
    found: list[OwnCall] = []
    for path in facts.workflow_paths:
        if not _speaks(facts, path):
            continue
        workflow = facts.workflows.get(path)
        if workflow is not None:
            events, outer = _events(facts, workflow, MOST_CALLERS)
            for job in workflow.jobs.values():
                found += _of_job(workflow, job, events, outer)
    return found


def speaks_of_us(facts: Snapshot) -> bool:
    """Say whether any workflow names the tool at all; cheaper than reading them."""
    return any(_speaks(facts, path) for path in facts.workflow_paths)


def _speaks(facts: Snapshot, path: str) -> bool:
    data = facts.data(path) or b""
    return any(name.encode() in data for name in NAMES)


def _events(facts: Snapshot, workflow: Workflow, deep: int) -> tuple[dict[str, Workflow], tuple[str, ...]]:
    """Return the gate events that start a workflow, and the conditions of the jobs that call it."""
    events = {event: workflow for event in GATE_EVENTS if event in workflow.triggers}
    conditions: list[str] = []
    if "workflow_call" in workflow.triggers and deep:
        for other in facts.workflows.values():
            for job in other.jobs.values():
                if job.reference is not None and job.reference.kind == LOCAL and job.reference.path == workflow.path:
                    found, outer = _events(facts, other, deep - 1)
                    events = {**found, **events}
                    conditions += [*outer, *([job.condition] if job.condition else [])]
    return events, tuple(conditions)


def _of_job(workflow: Workflow, job: Job, events: dict[str, Workflow], outer: tuple[str, ...]) -> Iterator[OwnCall]:
    conditions = (*outer, *([job.condition] if job.condition else []))
    if job.uses is not None and job.reference is not None and _is_ours(job.reference):
        yield OwnCall(workflow, job, None, job.uses, _inputs(job.node, job.reference), events, "", conditions)
    for step in job.steps:
        inside = (*conditions, *([step.condition] if step.condition else []))
        tolerated = "continue-on-error is on" if step.tolerated is not False else ""
        if step.uses is not None and step.reference is not None and _is_ours(step.reference):
            what = _inputs(step.node, step.reference)
            yield OwnCall(workflow, job, step, step.uses, what, events, tolerated, inside)
        elif step.run is not None:
            for words, swallowed in _commands(step.run.value):
                yield OwnCall(workflow, job, step, step.run, words, events, tolerated or swallowed, inside)


def _is_ours(reference: Uses) -> bool:
    return reference.kind == REMOTE and any(name in reference.raw.lower() for name in NAMES)


def _inputs(node: Node, reference: Uses) -> tuple[str, ...]:
    """Return an action without its version, and its inputs."""
    inputs = [f"{key.value}={text_of(value)}" for key, value in getattr(node.get("with"), "entries", ())]
    return (reference.raw.partition("@")[0], *inputs)


def _commands(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the options of every `phase-mirror analyze` of a script, and what swallows its exit code."""
    if not any(name in text for name in NAMES):
        return
    script = read_script(text)
    careless = False
    for number, command in enumerate(script.commands):
        words = [word.text for word in command.words]
        if words[:1] == ["set"]:
            careless = "+e" in words or (careless and "-e" not in words)
        options = _options(words)
        if options is not None:
            following = script.commands[number + 1] if number + 1 < len(script.commands) else None
            yield options, _swallowed(command, following, careless=careless)


def _options(words: list[str]) -> tuple[str, ...] | None:
    """Return what follows `analyze`, None where the command is another one."""
    for number, word in enumerate(words):
        name = word.rpartition("/")[2].partition("@")[0].partition("=")[0]
        if name in NAMES and "analyze" in words[number + 1 :]:
            return tuple(words[words.index("analyze", number + 1) + 1 :])
    return None


def _swallowed(command: Command, following: Command | None, *, careless: bool) -> str:
    """Return why a failure of a command does not end the script with one, empty when it does."""
    if command.after == "||":
        words = [word.text for word in following.words] if following else []
        fails = words[:1] == ["false"] or (words[:1] == ["exit"] and words[1:] not in (["0"], []))
        return "" if fails else "its failure is followed by `||`"
    if command.after == "|":
        return "its output is piped, and a shell without pipefail forgets its failure"
    return "`set +e` is on and further commands follow" if careless and following is not None else ""
