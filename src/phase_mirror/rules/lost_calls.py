"""What the change does to the workflows that run this tool.

Silent: a new version of the action, a call that moves to another job or file, options that only print differently.
Whether a repository outside requires the tool (a required workflow of a ruleset) cannot be seen from here.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity
from phase_mirror.repository.workflows.reach import filter_of
from phase_mirror.rules.governance import Loss, left_of, listed, on_base, on_head
from phase_mirror.rules.own_calls import GATE_EVENTS, NARROWING, own_calls, speaks_of_us

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Workflow
    from phase_mirror.rules.own_calls import OwnCall

_TOOL = "Phase Mirror"


def lost_calls(head: Snapshot, base: Snapshot) -> Iterator[Loss]:
    """Yield what the change takes from the calls that the base makes of this tool."""
    if not speaks_of_us(base):
        return
    was, now = own_calls(base), own_calls(head)
    if any(call.workflow.path in head.unreadable for call in was):
        return
    gone: dict[tuple[str, str], tuple[OwnCall, list[str]]] = {}
    for event in GATE_EVENTS:
        before = [call for call in was if event in call.events]
        if before and not any(event in call.events for call in now):
            first = before[0]
            gone.setdefault((first.workflow.path, first.job.id), (first, []))[1].append(event)
    for call, events in gone.values():
        yield _removed(head, call, events, now)
    for call in was:
        same = _counterpart(call, now)
        if same is not None and call.events:
            yield from _changed(call, same)


def _counterpart(call: OwnCall, now: list[OwnCall]) -> OwnCall | None:
    """Return the same call on the head: in the same job, else in the same file, else the only one there is."""
    job = [other for other in now if (other.workflow.path, other.job.id) == (call.workflow.path, call.job.id)]
    file = [other for other in now if other.workflow.path == call.workflow.path]
    return next(iter(job or file or (now if len(now) == 1 else [])), None)


def _removed(head: Snapshot, call: OwnCall, events: list[str], now: list[OwnCall]) -> Loss:
    path, names = call.workflow.path, listed([f"'{event}'" for event in events])
    same = _counterpart(call, now)
    if same is not None:
        how = f"the workflow no longer runs on {names}"
        first = next(iter(same.workflow.triggers.values()))
        left: Evidence | None = on_head(same.workflow.span(first.key), f"not on {names}", locator="on", value="")
    else:
        how = "the call is gone" if path in head.files else f"{path} is gone"
        left = left_of(head, path, "no call of it here", locator=call.locator, value="gone")
    return Loss(
        key=("call", path, *events),
        title=f"{_TOOL} no longer runs on {names}",
        message=(
            f"On the base job '{call.job.id}' in {path} runs {_TOOL} on {names}. With the change {how}, and no other "
            "workflow runs it there, so the next change is judged by nobody."
        ),
        was=_was(call),
        now=left,
        fix=f"Keep job '{call.job.id}' in {path}, or run {_TOOL} on {names} in another workflow.",
    )


def _was(call: OwnCall) -> Evidence:
    return on_base(
        call.workflow.span(call.node), "runs it on the base", locator=call.locator, value=" ".join(call.what)
    )


def _changed(was: OwnCall, now: OwnCall) -> Iterator[Loss]:
    """Compare a call with itself."""
    if now.swallowed and not was.swallowed:
        yield _loss(
            was, now, "swallowed", f"is tolerated when it fails: {now.swallowed}", "Let its failure fail the job"
        )
    added = [word for word in _narrowing(now) if word not in _narrowing(was)]
    if added:
        yield _loss(was, now, "options", f"is narrowed by {', '.join(added)}", f"Take {', '.join(added)} out")
    if "--strict" in was.what and "--strict" not in now.what:
        yield _loss(was, now, "strict", "is no longer strict", "Put --strict back")
    conditions = [text for text in now.conditions if text not in was.conditions]
    if conditions:
        never = any(text.strip("${} ") == "false" for text in conditions)
        yield _loss(
            was,
            now,
            "condition",
            f"runs only if `{conditions[0]}`",
            "Take the condition out",
            Confidence.HIGH if never else Confidence.MEDIUM,
        )
    if _is_action(was) and _is_action(now):
        if was.what[0].lower() != now.what[0].lower():
            yield _loss(
                was, now, "action", f"is another action: {now.what[0]}", f"Use {was.what[0]}", Confidence.MEDIUM
            )
        elif set(was.what) != set(now.what) and not added:
            yield _loss(was, now, "inputs", "gets other inputs", "Look at the inputs", severity=Severity.LOW)
    for event, workflow in was.events.items():
        if event in now.events and _filters(now.events[event], event) - _filters(workflow, event):
            yield _loss(
                was,
                now,
                f"filter {event}",
                f"runs only on some changes of '{event}'",
                "Take the filter out",
                Confidence.MEDIUM,
            )


def _is_action(call: OwnCall) -> bool:
    return call.step is None or call.step.uses is not None


def _narrowing(call: OwnCall) -> list[str]:
    """Return the options that leave something out, those in the inputs of an action included."""
    words = [word for part in call.what for word in part.replace("=", " ").split()]
    return [word for word in words if word in NARROWING]


def _filters(workflow: Workflow, event: str) -> set[str]:
    """Return the filters of an event that leave changes out, with their patterns."""
    trigger = workflow.triggers[event]
    found: set[str] = set()
    for kind in ("branches", "paths"):
        filters, node = filter_of(trigger, kind)
        if filters is not None and node is not None:
            found.add(f"{kind} {[item.value for item in getattr(node, 'items', [])]}")
    return found


def _loss(
    was: OwnCall,
    now: OwnCall,
    name: str,
    does: str,
    fix: str,
    confidence: Confidence = Confidence.HIGH,
    severity: Severity = Severity.HIGH,
) -> Loss:
    path = now.workflow.path
    return Loss(
        key=("call", path, now.locator, name),
        title=f"The call of {_TOOL} in job '{now.job.id}' {does}",
        message=f"On the base job '{was.job.id}' runs {_TOOL} without this. With the change it {does}.",
        was=_was(was),
        now=on_head(now.workflow.span(now.node), does, locator=now.locator, value=name),
        fix=f"{fix} in {path}.",
        severity=severity,
        confidence=confidence,
    )
