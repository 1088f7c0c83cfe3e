"""What a declared `policy.gate` wants, item by item, beside what the effective gate of a branch holds."""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.gates.buttons import merge_commits_off
from phase_mirror.repository.gates.model import ASF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.policy import GatePolicy
    from phase_mirror.model.span import Span
    from phase_mirror.repository.gates.union import EffectiveGate, Strictest
    from phase_mirror.repository.snapshot import Snapshot


class Want(Record):
    """One thing the policy wants and the gate may not hold.

    Attributes:
        key: of `policy.gate`, with a name for one of several.
        wanted: in words, such as `2 approving reviews`.
        span: where the policy says so.
        held: the gate holds it; None when that is not known.
        found: what the gate does instead, in words that follow "the gate".
        at: the place that says so, None where no file says anything.
        locator: of that place.
        value: found there.
        fix: the edit.
    """

    key: str
    wanted: str
    span: Span
    held: bool | None
    found: str = ""
    at: Span | None = None
    locator: str = ""
    value: str = ""
    fix: str = ""


def wants(policy: GatePolicy, gate: EffectiveGate, facts: Snapshot) -> Iterator[Want]:
    """Yield every item of the policy with what the gate says of it."""
    reviewed = (policy.reviews and policy.reviews.value > 0) or (
        policy.code_owner_review and policy.code_owner_review.value
    )
    if reviewed and gate.pull_request is None:
        span = policy.reviews.span if policy.reviews else policy.span
        yield Want(
            "reviews", "reviewed pull requests", span, held=False, found="does not require a pull request", value="none"
        )
    elif reviewed:
        yield from _reviews(policy, gate)
    for name in policy.checks:
        required = any(check.context == name.value for check in gate.checks)
        beside = any(check.accepts(name.value) is not False for layer in gate.beside for check in layer.checks)
        yield Want(
            f"checks[{name.value}]",
            f"the check '{name.value}'",
            name.span,
            held=required or (None if beside else False),
            found=f"does not require '{name.value}'",
        )
    if policy.linear_history and policy.linear_history.value:
        kept = merge_commits_off(facts) or _no_merge_method(gate)
        held = True if kept else _true(gate.linear_history)
        yield _said("linear_history", "a linear history", policy.linear_history.span, held, gate.linear_history)
    if policy.merge_queue and policy.merge_queue.value:
        unseen = any(layer.classic for layer in gate.layers) or any(layer.merge_queue for layer in gate.beside)
        queued = True if gate.merge_queue else (None if unseen else False)
        yield Want("merge_queue", "a merge queue", policy.merge_queue.span, queued, found="has no merge queue")


def _reviews(policy: GatePolicy, gate: EffectiveGate) -> Iterator[Want]:
    """Yield the review settings of a gate that requires pull requests."""
    if policy.reviews and policy.reviews.value > 0:
        count = gate.count
        layers = [layer for layer in gate.layers if layer.reviews]
        silent = any(layer.kind != ASF and layer.reviews and layer.reviews.count is None for layer in layers)
        number = count.value.value if count and isinstance(count.value.value, int) else 0
        asked = "requires no approving review" if number == 0 else f"requires only {_plural(number)}"
        yield Want(
            "reviews",
            _plural(policy.reviews.value),
            policy.reviews.span,
            held=number >= policy.reviews.value or (None if silent else False),
            found=asked,
            at=count.value.span if count else None,
            locator=count.value.locator if count else "",
            value=str(number),
            fix=f"Set '{count.value.locator}' in {count.gate.path} to {policy.reviews.value}." if count else "",
        )
    if policy.code_owner_review and policy.code_owner_review.value:
        span = policy.code_owner_review.span
        yield _said("code_owner_review", "code-owner review", span, _true(gate.code_owner), gate.code_owner)


def _said(key: str, wanted: str, span: Span, held: bool, setting: Strictest | None) -> Want:
    """Return an item that a layer may switch off outright."""
    if setting is None:
        return Want(key, wanted, span, held, found=f"does not require {wanted}")
    value = setting.value
    fix = f"Set '{value.locator}' in {setting.gate.path} to true."
    return Want(key, wanted, span, held, f"does not require {wanted}", value.span, value.locator, "false", fix)


def _true(setting: Strictest | None) -> bool:
    return setting is not None and setting.value.value is True


def _plural(number: int) -> str:
    return "1 approving review" if number == 1 else f"{number} approving reviews"


def _no_merge_method(gate: EffectiveGate) -> bool:
    """Say whether a layer forbids merge commits by the ways to merge that it allows, or by its queue."""
    methods = [layer.reviews.merge_methods for layer in gate.layers if layer.reviews and layer.reviews.merge_methods]
    queue = gate.merge_queue[1].settings.get("merge_method") if gate.merge_queue else None
    return any("merge" not in allowed for allowed in methods) or (queue is not None and queue.value != "MERGE")


def holds(rest: EffectiveGate, whole: EffectiveGate) -> bool:
    """Say whether some layers hold all that the whole gate asks for: checks, reviews, owners, history."""
    names = {check.context for check in rest.checks}
    return (
        all(check.context in names for check in whole.checks)
        and (rest.pull_request is not None or whole.pull_request is None)
        and _rank(rest.count) >= _rank(whole.count)
        and _true(rest.code_owner) >= _true(whole.code_owner)
        and _true(rest.linear_history) >= _true(whole.linear_history)
    )


def _rank(setting: Strictest | None) -> int:
    return setting.value.value if setting and isinstance(setting.value.value, int) else 0
