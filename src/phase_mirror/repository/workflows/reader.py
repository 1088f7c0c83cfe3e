"""Reads workflows and local actions from their documents.

Source of the shapes: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax and
https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
"""

from __future__ import annotations

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.tree import Mapping, Scalar, Sequence, entries_of, is_null, scalars_of, text_of
from phase_mirror.repository.workflows.facts import Action, Job, Step, Trigger, Workflow, parse_uses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.formats.tree import Node


def read_workflow(document: Document) -> Workflow:
    """Return the workflow of a document.

    Raises:
        UnreadableError: the root is not a mapping, it has no `on` or no `jobs`, or two keys of a mapping differ in case
            alone: GitHub refuses such a file.
    """
    root = document.root
    if not isinstance(root, Mapping):
        raise UnreadableError("not a workflow: the file is not a mapping", where=f"{document.path}:1:1")
    jobs = root.get("jobs")
    if not isinstance(jobs, Mapping) or not jobs.entries:
        raise UnreadableError("not a workflow: it has no jobs", where=f"{document.path}:1:1")
    if is_null(root.get("on")):
        raise UnreadableError("not a workflow: it has no 'on', so no event triggers it", where=f"{document.path}:1:1")
    _refuse_twins(document)
    return Workflow(
        path=document.path,
        document=document,
        root=root,
        name=_scalar(root.get("name")),
        triggers=_triggers(root.get("on")),
        jobs={key.value: _job(key, node) for key, node in jobs.entries if isinstance(node, Mapping)},
    )


def read_action(document: Document) -> Action:
    """Return the local action of a document.

    Raises:
        UnreadableError: the root is not a mapping, or it has no `runs`.
    """
    root = document.root
    if not isinstance(root, Mapping) or not isinstance(root.get("runs"), Mapping):
        raise UnreadableError("not an action: it has no 'runs'", where=f"{document.path}:1:1")
    return Action(
        path=document.path,
        directory=document.path.rpartition("/")[0],
        document=document,
        root=root,
        using=text_of(root.get("runs", "using")) or "",
        steps=_steps(root.get("runs", "steps")),
    )


def _refuse_twins(document: Document) -> None:
    """Refuse two keys that differ in case alone, as GitHub does.

    Source: https://github.com/actions/runner/blob/main/src/Sdk/WorkflowParser/ObjectTemplating/TemplateReader.cs
    """
    for node in document.root.mappings():
        if len({key.value.lower() for key, _ in node.entries}) == len(node.entries):
            continue
        seen: dict[str, Scalar] = {}
        for key, _ in node.entries:
            first = seen.setdefault(key.value.lower(), key)
            if first is not key:
                what = f"the key '{key.value}' stands twice for GitHub: '{first.value}' is on line {first.line}"
                raise UnreadableError(what, where=f"{document.path}:{key.line}:{key.column}")


def _scalar(node: Node | None) -> Scalar | None:
    return node if isinstance(node, Scalar) and not is_null(node) else None


def _triggers(node: Node | None) -> dict[str, Trigger]:
    if isinstance(node, Mapping):
        return {key.value: Trigger(key.value, key, None if is_null(value) else value) for key, value in node.entries}
    return {event.value: Trigger(event.value, event, None) for event in scalars_of(node)}


def _job(key: Scalar, node: Mapping) -> Job:
    uses = _scalar(node.get("uses"))
    return Job(
        id=key.value,
        key=key,
        node=node,
        name=_scalar(node.get("name")),
        needs=tuple(scalars_of(node.get("needs"))),
        uses=uses,
        reference=parse_uses(uses.value) if uses else None,
        steps=_steps(node.get("steps")),
    )


def _steps(node: Node | None) -> tuple[Step, ...]:
    return tuple(_step(number, item) for number, item in enumerate(_flat(node)))


def _flat(node: Node | None) -> Iterator[Mapping]:
    """Yield the steps of a sequence, those of a `parallel` group in its place; groups do not nest.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsparallel
    """
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            group = item.get("parallel")
            inside = [step for step in group.items if isinstance(step, Mapping)] if isinstance(group, Sequence) else []
            yield from inside or [item]


def _step(number: int, node: Mapping) -> Step:
    uses, run = _scalar(node.get("uses")), _scalar(node.get("run"))
    reference = parse_uses(uses.value) if uses else None
    action = uses.value.partition("@")[0] if uses else "run"
    label = text_of(node.get("id")) or text_of(node.get("name")) or action
    return Step(number=number, node=node, label=label, uses=uses, run=run, reference=reference)


def inputs_of(workflow: Workflow, event: str) -> list[tuple[Scalar, Node]]:
    """Return the declared inputs of `workflow_call` or `workflow_dispatch`."""
    trigger = workflow.triggers.get(event)
    return entries_of(trigger.node.get("inputs")) if trigger and trigger.node else []
