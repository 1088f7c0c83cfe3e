"""What the change takes out of the declared gate: the effective gate of each branch, on the base and on the head.

Layers add up, so what another layer still holds is not lost. A required check is not lost where the change renames its
job (the old name is reported no more, and a new one is required that the jobs report), nor where a new required check
waits for its job; both are low. Silent: gates that may be of another repository, conditions of Mergify and Bors,
settings that enforced nothing.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity
from phase_mirror.repository.gates.model import DISABLED, EVALUATE
from phase_mirror.repository.gates.union import effective, protected_branches
from phase_mirror.rules.gate_policy import holds
from phase_mirror.rules.governance import Loss, left_of, listed, on_base, on_head
from phase_mirror.rules.lost_demands import UNKNOWN, Gates, demands_lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from phase_mirror.repository.gates.model import Gate
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.lost_demands import Demand

_STATES = {EVALUATE: "only evaluated", DISABLED: "disabled"}


def lost_gate(head: Snapshot, base: Snapshot) -> Iterator[Loss]:
    """Yield what the change makes of the gates that the base declares, each loss once."""
    default = head.default_branch or base.default_branch
    declared = head.gates  # read now, so that what cannot be read is known
    named = dict.fromkeys((default, head.setting.branch, *protected_branches(base.gates, default)))
    branches = [(branch, default) for branch in named if branch]
    if default is None:  # gates that name no other branch are compared all the same
        branches.append((UNKNOWN, UNKNOWN))
    seen: set[tuple[str, ...]] = set()
    for branch, main in branches:
        was = effective(base.gates, branch, main)
        if not was.exists or any(layer.path in head.unreadable for layer in was.layers):
            continue
        for loss in _lost(Gates(head, base, was, effective(declared, branch, main), main)):
            if loss.key not in seen:
                seen.add(loss.key)
                yield loss


def _lost(gates: Gates) -> Iterator[Loss]:
    """Yield the losses of one branch: what a layer alike makes no more is one loss, and so is a layer that went."""
    if not gates.now.exists:
        yield _moved(gates) or _layer(gates, gates.was.layers[0], [])
        return
    groups: dict[tuple[Any, ...], list[Demand]] = {}
    for demand in demands_lost(gates):
        layer = _counterpart(gates, demand.gate)
        gone = layer is None or layer not in gates.now.layers
        kind = () if gone else (demand.severity, demand.confidence, demand.now or demand.verb, bool(demand.at))
        groups.setdefault((demand.gate.path, demand.gate.name, gone, *kind), []).append(demand)
    for (_, _, gone, *_), several in groups.items():
        yield _layer(gates, several[0].gate, several) if gone else _demands(gates, several)


def _moved(gates: Gates) -> Loss | None:
    """Return a gate that covers another branch in place of this one, as after a rename, and holds as much there."""
    was, head, base = gates.was, gates.head, gates.base
    for branch in protected_branches(head.gates, gates.default):
        now = effective(head.gates, branch, gates.default)
        if now.exists and not effective(base.gates, branch, gates.default).exists and holds(now, was):
            old, new = was.layers[0], now.layers[0]
            return Loss(
                key=("gate", old.path, old.name),
                title=f"The gate of {gates.place} covers '{branch}' in its place",
                message=(
                    f"On the base the gate in {old.path} holds changes to {gates.place}. With the change one like it "
                    f"holds '{branch}', and none holds {gates.place}, which matters if both branches exist."
                ),
                was=on_base(old.span, f"holds {gates.place} on the base", locator=old.locator, value=old.name),
                now=on_head(new.span, f"holds '{branch}' instead", locator=new.locator, value=new.name),
                fix=f"Keep the gate of {gates.place} in {old.path} for as long as the branch exists.",
                severity=Severity.LOW,
            )
    return None


def _counterpart(gates: Gates, layer: Gate) -> Gate | None:
    """Return the same layer on the head: in the same file, by its name or its place; None when it is gone."""
    here = [gate for gate in gates.head.gates if gate.path == layer.path]
    same = [gate for gate in here if gate.name == layer.name] or [
        gate for gate in here if gate.locator == layer.locator
    ]
    return same[0] if same else None


def _layer(gates: Gates, layer: Gate, lost: list[Demand]) -> Loss:
    """Return the loss of a whole layer and what it held, or of the only gate of a branch."""
    branch, other = gates.place, _counterpart(gates, layer)
    confidence = min((each.confidence for each in lost), key=lambda each: each.rank, default=Confidence.HIGH)
    if other is None:
        how, fix = "is taken away", f"Put the gate back into {layer.path}."
        now = left_of(gates.head, layer.path, "this gate is gone", locator=layer.locator, value="gone")
    elif other.enforcement.value in _STATES:
        state = other.enforcement
        how, fix = f"is {_STATES[state.value]}", f"Set '{state.locator}' in {layer.path} back to active."
        now = on_head(state.span, how, locator=state.locator, value=state.value)
    else:
        how, fix = f"no longer covers {branch}", f"Let the gate in {layer.path} cover {branch} again."
        now = on_head(other.span, how, locator=other.locator, value=other.name)
        if gates.now.doubtful:
            confidence = Confidence.MEDIUM
    held = listed([each.what for each in lost])
    then = f"no other layer holds {held}" if lost else f"no file declares a gate of {branch} any more"
    return Loss(
        key=("gate", layer.path, layer.name),
        title=f"The gate of {branch} in {layer.path} {how}",
        message=f"On the base this gate holds changes to {branch}. With the change it {how}, and {then}.",
        was=on_base(layer.span, f"holds {branch} on the base", locator=layer.locator, value=layer.name),
        now=now,
        fix=fix,
        severity=min((each.severity for each in lost), key=lambda each: each.rank, default=Severity.HIGH),
        confidence=confidence,
    )


def _demands(gates: Gates, several: list[Demand]) -> Loss:
    """Return the loss of what one layer makes no more, while the rest of it stands."""
    first, branch = several[0], gates.place
    path, layer = first.gate.path, _counterpart(gates, first.gate)
    what = listed([demand.what for demand in several])
    gone = first.now or f"no longer {first.verb} {what}"
    does = first.now or "no longer does"
    notes = "".join(dict.fromkeys(demand.note for demand in several))
    at = first.at
    if at is None and layer is not None:
        place = (layer.checks_at or layer.span) if first.checks else layer.span
        note = "no longer here" if len(several) > 1 else gone
        at = on_head(place, note, locator=first.locator, value="gone")
    return Loss(
        key=("gate", path, first.locator, *(demand.name for demand in several)),
        title=f"The gate of {branch} {gone}",
        message=f"On the base the gate of {branch} {first.verb} {what}. With the change it {does}.{notes}",
        was=on_base(first.span, f"{first.verb} {first.what}", locator=first.locator, value=first.name),
        now=at,
        fix=f"Put it back into {path} as it is on the base.",
        severity=first.severity,
        confidence=first.confidence,
    )
