"""Mergify: what a queue, a merge protection or an automatic merge waits for.

Sources: https://docs.mergify.com/configuration/file-format/, https://docs.mergify.com/merge-queue/rules/ and
https://docs.mergify.com/merge-protections/custom-rules/. These conditions come on top of what GitHub requires; Mergify
adds GitHub's own to them. Checks are awaited on pull requests, those of the queue on its temporary ones.
"""

from __future__ import annotations

from phase_mirror.repository.gates.conditions import needs_of
from phase_mirror.repository.gates.fields import Fields
from phase_mirror.repository.gates.model import (
    ACTIVE,
    DISABLED,
    GITHUB_ACTIONS,
    LITERAL,
    MERGIFY,
    REGEX,
    BranchPattern,
    Count,
    Gate,
    MergeQueue,
    RequiredCheck,
    Reviews,
    Word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.gates.conditions import Condition, Needs
    from phase_mirror.repository.snapshot import Snapshot

_QUEUE_LISTS = ("queue_conditions", "merge_conditions", "conditions")
"""`conditions` is the old name of `merge_conditions`."""

_MERGING = frozenset({"merge", "queue"})
"""Actions of `pull_request_rules` that merge; the conditions of other rules gate nothing."""


def read_mergify(snapshot: Snapshot, document: Document) -> Iterator[Gate]:
    """Yield a gate for every queue, merge protection and merging rule."""
    root = Fields(snapshot, document, document.root)
    partial = root.has("extends")
    gates = [
        *_rules(root.at("queue_rules"), _queue),
        *_rules(root.at("merge_protections"), _protection),
        *_rules(root.at("pull_request_rules"), _automation),
    ]
    for gate in gates:
        yield gate.replace(partial=partial)


def _rules(field: Fields, read: Callable[[Fields, Gate], Gate | None]) -> Iterator[Gate]:
    for item in field.items():
        if not item.is_mapping:
            item.complain("a rule is a mapping")
            continue
        name = item.word("name")
        rule = item.labelled(name.value) if name else item
        span = name.span if name else rule.span
        gate = read(
            rule,
            Gate(
                kind=MERGIFY,
                path=item.document.path,
                document=item.document,
                name=name.value if name else "",
                span=span,
                locator=rule.locator,
                enforcement=Word(ACTIVE, span, rule.locator),
            ),
        )
        if gate is not None:
            yield gate


def _queue(rule: Fields, gate: Gate) -> Gate:
    lists = [rule.at(key) for key in _QUEUE_LISTS]
    gate = gate.replace(merge_queue=MergeQueue(gate.span, gate.locator, {}))
    return _with_conditions(gate, [field for field in lists if not field.is_null], lists[0])


def _protection(rule: Fields, gate: Gate) -> Gate:
    """Return a merge protection: `if` says for which pull requests, `success_conditions` what must hold."""
    return _with_conditions(gate, [rule.at("success_conditions")], rule.at("if"))


def _automation(rule: Fields, gate: Gate) -> Gate | None:
    actions = {key for key, _ in rule.at("actions").entries()}
    if not actions & _MERGING:
        return None
    if not rule.at("disabled").is_null:
        gate = gate.replace(enforcement=Word(DISABLED, rule.at("disabled").span, rule.at("disabled").locator))
    return _with_conditions(gate, [rule.at("conditions")], rule.at("conditions"))


def _with_conditions(gate: Gate, lists: list[Fields], scope: Fields) -> Gate:
    """Return the gate with its checks, reviews and branches.

    Args:
        gate: name and place.
        lists: the conditions that must hold before the merge.
        scope: the conditions that say which pull requests are concerned.
    """
    needs = [needs_of(field) for field in lists]
    scoping = needs_of(scope)
    conditions = [condition for need in needs for condition in need.conditions]
    include, exclude = _branches(gate, (*scoping.branches, *(group for need in needs for group in need.branches)))
    return gate.replace(
        include=include,
        exclude=exclude,
        checks=_checks(gate, needs),
        checks_at=lists[0].span if lists else None,
        reviews=_reviews(conditions),
    )


def _checks(gate: Gate, needs: list[Needs]) -> tuple[RequiredCheck, ...]:
    found: dict[tuple[str, bool], RequiredCheck] = {}
    for need in needs:
        for key, conditions in need.checks.items():
            name, is_regex = key
            app, name = _qualified(name)
            if key not in found and name:
                found[key] = RequiredCheck(
                    context=name,
                    span=conditions[0].span,
                    locator=conditions[0].locator,
                    document=gate.document,
                    integration=GITHUB_ACTIONS if app == "github-actions" else None,
                    app=app,
                    pattern=REGEX if is_regex else LITERAL,
                )
    return tuple(found.values())


def _qualified(name: str) -> tuple[str, str]:
    """Split `@app-slug/check name`; without the `@` there is no app."""
    app, slash, rest = name.partition("/")
    return (app[1:], rest) if slash and app.startswith("@") else ("", name)


def _reviews(conditions: list[Condition]) -> Reviews | None:
    """Return the least number of approvals that must hold; Mergify knows no direct pushes to forbid."""
    best: Count | None = None
    for condition in conditions:
        least = _least(condition)
        if least > 0 and (best is None or least > best.value):
            best = Count(least, condition.span, condition.locator)
    return Reviews(best.span, best.locator, best) if best else None


def _least(condition: Condition) -> int:
    if condition.attribute != "approved-reviews-by" or not condition.counted or not condition.value.isdecimal():
        return 0
    number = int(condition.value[:9])
    return {"=": number, ">=": number, ">": number + 1}.get(condition.operator, 0)


def _branches(
    gate: Gate, groups: tuple[tuple[Condition, ...] | None, ...]
) -> tuple[tuple[BranchPattern, ...], tuple[BranchPattern, ...]]:
    """Return the branches covered: all without a `base` condition, unknown where one is not understood."""
    unknown = BranchPattern("", gate.span, "unknown")
    named: list[tuple[Condition, ...]] = []
    exclude: list[BranchPattern] = []
    for group in dict.fromkeys(groups):
        if group is None:
            exclude.append(unknown)
        elif len(group) == 1 and group[0].operator in {"!=", "!~"}:
            exclude.append(_pattern(group[0], unknown))
        else:
            named.append(group)
    if not named:
        return (BranchPattern("~ALL", gate.span),), tuple(exclude)
    first, *others = named
    texts = {condition.text for condition in first}
    if any({condition.text for condition in other} != texts for other in others):
        exclude.append(unknown)  # each group narrows the other
    return tuple(_pattern(condition, unknown) for condition in first), tuple(exclude)


def _pattern(condition: Condition, unknown: BranchPattern) -> BranchPattern:
    if condition.operator in {"=", "!="}:
        return BranchPattern(condition.value, condition.span, "name")
    if condition.operator in {"~=", "!~"}:
        return BranchPattern(condition.value, condition.span, "regex")
    return unknown
