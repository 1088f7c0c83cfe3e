"""The effective gate of a branch: layers add up, and of each setting the strictest counts.

Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets#about-rule-layering
(all active rulesets and the branch protection are aggregated; where the same rule differs, the most restrictive one
counts). Mergify and Bors hold back their own merges alone, so they stand beside.
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.gates.model import ACTIVE, ANY_APP, BRANCH, GITHUB_KINDS, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.repository.gates.model import Bypass, Gate, MergeQueue, RequiredCheck, Reviews, Value


class EffectiveCheck(Record):
    """A required check with every layer that requires it.

    Attributes:
        context: its name.
        sources: layer and declaration, in order of path.
    """

    context: str
    sources: tuple[tuple[Gate, RequiredCheck], ...]

    @property
    def first(self) -> RequiredCheck:
        """Return the first declaration."""
        return self.sources[0][1]

    @property
    def integration(self) -> int | None:
        """Return the app that must report it: a named app of any layer, else ANY_APP, else None."""
        apps = [check.integration for _, check in self.sources if check.integration is not None]
        named = [app for app in apps if app != ANY_APP]
        return named[0] if named else (ANY_APP if apps else None)


class Strictest(Record):
    """The strictest value of one setting and the layer it comes from."""

    gate: Gate
    value: Value


class EffectiveGate(Record):
    """What holds for one branch.

    Attributes:
        branch: its name.
        layers: the active layers of GitHub that surely cover it.
        beside: Mergify and Bors conditions that surely cover it.
        doubtful: layers that may cover it, or may be about another repository.
        idle: layers that cover it and enforce nothing: evaluated only, or disabled.
        checks: the required checks of the layers.
        strict, linear_history, signatures, conversation_resolution: a true one when a layer has one, else a false one
            when a layer says so, else None.
        code_owner, dismiss_stale, last_push: likewise, of the review settings.
        count: the highest number of approving reviews that a layer asks for.
        pull_request: the first layer that forbids direct pushes, with its requirement.
        merge_queue: the first layer with a merge queue.
        force_pushes, deletions: the layers that forbid them.
        bypasses: whom a layer does not hold, with the layer; another layer may hold them all the same.
    """

    branch: str
    layers: tuple[Gate, ...]
    beside: tuple[Gate, ...]
    doubtful: tuple[Gate, ...]
    idle: tuple[Gate, ...]
    checks: tuple[EffectiveCheck, ...]
    strict: Strictest | None
    linear_history: Strictest | None
    signatures: Strictest | None
    conversation_resolution: Strictest | None
    code_owner: Strictest | None
    dismiss_stale: Strictest | None
    last_push: Strictest | None
    count: Strictest | None
    pull_request: tuple[Gate, Reviews] | None
    merge_queue: tuple[Gate, MergeQueue] | None
    force_pushes: tuple[Gate, ...]
    deletions: tuple[Gate, ...]
    bypasses: tuple[tuple[Gate, Bypass], ...]

    @property
    def exists(self) -> bool:
        """Say whether any layer surely protects the branch."""
        return bool(self.layers)

    @property
    def complete(self) -> bool:
        """Say whether nothing outside the files read can add to it, as far as the files themselves tell."""
        return not self.doubtful and not any(gate.partial for gate in self.layers)

    @property
    def unavoidable(self) -> tuple[Gate, ...]:
        """Return the layers that nobody bypasses, as far as they say."""
        return tuple(gate for gate in self.layers if not gate.bypasses)


def effective(gates: Iterable[Gate], branch: str, default_branch: str | None) -> EffectiveGate:
    """Return what holds for a branch.

    Args:
        gates: as `read_gates` returns them.
        branch: its name without `refs/heads/`.
        default_branch: the default branch, None when unknown.
    """
    layers: list[Gate] = []
    beside: list[Gate] = []
    doubtful: list[Gate] = []
    idle: list[Gate] = []
    for gate in gates:
        covers = gate.applies_to(branch, default_branch)
        if gate.template or gate.target != BRANCH or covers is False:
            continue
        if gate.enforcement.value != ACTIVE:
            idle += [gate] if covers and gate.certain else []
        elif covers is None or not gate.certain:
            doubtful.append(gate)
        else:
            (layers if gate.kind in GITHUB_KINDS else beside).append(gate)
    reviews = [(gate, gate.reviews) for gate in layers if gate.reviews]
    queues = [(gate, gate.merge_queue) for gate in layers if gate.merge_queue]
    return EffectiveGate(
        branch=branch,
        layers=tuple(layers),
        beside=tuple(beside),
        doubtful=tuple(doubtful),
        idle=tuple(idle),
        checks=merged_checks(layers),
        strict=_strictest((gate, gate.strict) for gate in layers),
        linear_history=_strictest((gate, gate.linear_history) for gate in layers),
        signatures=_strictest((gate, gate.signatures) for gate in layers),
        conversation_resolution=_strictest((gate, gate.conversation_resolution) for gate in layers),
        code_owner=_strictest((gate, review.code_owner) for gate, review in reviews),
        dismiss_stale=_strictest((gate, review.dismiss_stale) for gate, review in reviews),
        last_push=_strictest((gate, review.last_push) for gate, review in reviews),
        count=_strictest((gate, review.count) for gate, review in reviews),
        pull_request=reviews[0] if reviews else None,
        merge_queue=queues[0] if queues else None,
        force_pushes=tuple(gate for gate in layers if _forbids(gate, gate.force_pushes)),
        deletions=tuple(gate for gate in layers if _forbids(gate, gate.deletions)),
        bypasses=tuple((gate, bypass) for gate in layers for bypass in gate.bypasses),
    )


def merged_checks(gates: Iterable[Gate]) -> tuple[EffectiveCheck, ...]:
    """Return the checks of several layers, those of the same context together, in the order they first appear."""
    found: dict[tuple[str, str], list[tuple[Gate, RequiredCheck]]] = {}
    for gate in gates:
        for check in gate.checks:
            found.setdefault((check.pattern, check.context), []).append((gate, check))
    return tuple(EffectiveCheck(context, tuple(sources)) for (_, context), sources in found.items())


def protected_branches(gates: Iterable[Gate], default_branch: str | None) -> list[str]:
    """Return the branches that gates name without wildcards, in the order they first appear.

    The default branch stands for `~DEFAULT_BRANCH` and `~ALL` where it is known. Layers that enforce nothing count too;
    templates and gates that may be of another repository do not.
    """
    found: dict[str, None] = {}
    for gate in gates:
        if gate.target != BRANCH or gate.template or not gate.certain:
            continue
        for pattern in gate.include:
            name = default_branch if pattern.text in {"~DEFAULT_BRANCH", "~ALL"} else pattern.literal
            if name:
                found[name] = None
    return list(found)


def _strictest(values: Iterable[tuple[Gate, Value | None]]) -> Strictest | None:
    """Return the highest value, the first of equals; true counts more than false."""
    best: Strictest | None = None
    for gate, value in values:
        if value is not None and (best is None or _rank(value) > _rank(best.value)):
            best = Strictest(gate, value)
    return best


def _rank(value: Value) -> int:
    return value.value if isinstance(value.value, int) else 0


def _forbids(gate: Gate, allowed: Flag | None) -> bool:
    return gate.classic if allowed is None else not allowed.value
