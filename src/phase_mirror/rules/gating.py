"""Who a job or step runs for: what its conditions, its environment and the jobs before it leave of an outsider's event.

A condition is evaluated for an outsider: they are not the actor a condition names, not an owner, member or
collaborator, their pull request comes from a fork, is not merged, and bears no label until somebody of the repository
sets one.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache, lru_cache

from phase_mirror.repository.formats.tree import scalars_of
from phase_mirror.repository.workflows.expression_tree import (
    Binary,
    Call,
    Context,
    ExpressionError,
    Index,
    Literal,
    Not,
    parse,
)
from phase_mirror.repository.workflows.expression_values import apply, text_of_value, truth_of_value
from phase_mirror.repository.workflows.expressions import UNKNOWN, evaluate, find_expressions, references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.expression_tree import Expression
    from phase_mirror.repository.workflows.facts import Job, Step, Trigger, Workflow


class Access(IntEnum):
    """How far an outsider's event comes, the widest first."""

    OPEN = 0
    OUTPUT = 1
    """A condition reads the output of a job or step, which may be a check of the author or something else."""
    LABEL = 2
    """Only after somebody of the repository set a label (or assigned, or asked for a review)."""
    ENVIRONMENT = 3
    """The job, or one it waits for, runs in an environment, which may want an approval."""
    CHECKED = 4
    """A step before it looks up the author's permission."""
    CLOSED = 5
    """Not at all."""


TRUSTED = ("owner", "member", "collaborator")
MAINTAINER_TYPES = ("labeled", "unlabeled", "assigned", "unassigned", "review_requested", "milestoned", "demilestoned")
"""Activity types that only somebody with a role in the repository can cause."""

CHANGE_EVENTS = ("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment")
"""Events whose runs stand on an outsider's commit or branch; a run that a comment or another run starts stands on the
default branch, so a `workflow_run` behind it tells nothing of an outsider's."""

_PERSONS = ("login", "actor", "triggering_actor", "actor_id")
_ORIGINS = ("head.repo", "head.user", "workflow_run.head_repository")
_MERGED = ("merged", "merged_at", "merged_by")
_KINDS = ("pull_request", "issue", "comment", "discussion", "review", "workflow_run")


def access_of(facts: Snapshot, workflow: Workflow, job: Job, event: str, step: Step | None = None) -> Access:
    """Return how far an outsider's event comes: to a job, or to one of its steps.

    Args:
        facts: to look up which workflows a `workflow_run` waits for.
        workflow: of the job.
        job: whose condition, environment and needed jobs count.
        event: one that the workflow runs on, or that its caller runs on.
        step: whose condition and earlier steps count too.
    """
    found = max(_trigger_access(facts, workflow, event), job_access(workflow, job, event))
    if step is not None:
        found = max(found, step_access(workflow, job, step, event))
    return found


def job_access(workflow: Workflow, job: Job, event: str, seen: frozenset[str] = frozenset()) -> Access:
    """Return what the job itself and the jobs it waits for leave of an event."""
    types = _types(workflow.triggers.get(event))
    found = condition_access(job.condition, event, types)
    if job.node.get("environment") is not None:
        found = max(found, Access.ENVIRONMENT)
    text = job.condition or ""
    goes_on = re.search(r"\b(always|failure|cancelled)\s*\(", text) is not None
    for need in job.needs:
        other = workflow.jobs.get(need.value)
        if other is None or other.id in seen or other.id == job.id:
            continue
        before = job_access(workflow, other, event, seen | {job.id})
        if not goes_on and before in {Access.LABEL, Access.ENVIRONMENT, Access.CHECKED, Access.CLOSED}:
            found = max(found, before)
        if (not goes_on or f"needs.{other.id}" in text) and any(checks_author(each) for each in other.steps):
            found = max(found, Access.CHECKED)
    return found


def step_access(workflow: Workflow, job: Job, step: Step, event: str) -> Access:
    """Return what the steps before a step and its own condition leave of an event."""
    return next(access for each, access in step_accesses(workflow, job, event) if each.number == step.number)


def step_accesses(workflow: Workflow, job: Job, event: str) -> Iterator[tuple[Step, Access]]:
    """Yield every step of a job with what the steps before it and its own condition leave of an event."""
    types = _types(workflow.triggers.get(event))
    checked = False
    for step in job.steps:
        yield step, Access.CHECKED if checked else condition_access(step.condition, event, types)
        checked = checked or checks_author(step)


def _trigger_access(facts: Snapshot, workflow: Workflow, event: str) -> Access:
    trigger = workflow.triggers.get(event)
    types = _types(trigger)
    if types and all(kind in MAINTAINER_TYPES for kind in types):
        return Access.LABEL
    if event == "workflow_run" and trigger is not None and trigger.node is not None:
        names = [scalar.value for scalar in scalars_of(trigger.node.get("workflows"))]
        known = [each for each in facts.workflows.values() if each.title in names]
        found = {each.title for each in known} == set(names)
        if found and not any(name in CHANGE_EVENTS for each in known for name in each.triggers):
            return Access.CLOSED
    return Access.OPEN


def _types(trigger: Trigger | None) -> tuple[str, ...]:
    if trigger is None or trigger.node is None:
        return ()
    return tuple(scalar.value for scalar in scalars_of(trigger.node.get("types")))


@cache
def _author_check() -> re.Pattern[str]:
    return re.compile(
        r"author_association|getCollaboratorPermissionLevel|collaborators/\S+/permission|checkCollaborator"
        r"|getMembershipForUser|checkMembershipForUser|memberships/|/members/|authorAssociation",
        re.IGNORECASE,
    )


@lru_cache(maxsize=4096)
def _looks_up(script: str) -> bool:
    """Say whether a script asks for somebody's role; kept, as every event of a workflow asks it again."""
    return _author_check().search(script) is not None


@cache
def _author_action() -> re.Pattern[str]:
    return re.compile(r"permission|membership|collaborator|is-organization-member|authori[sz]e", re.IGNORECASE)


@cache
def _verdict() -> re.Pattern[str]:
    return re.compile(r"setFailed|\bthrow\b|\bexit\b|setOutput|set-output|GITHUB_OUTPUT|GITHUB_ENV|exportVariable")


def checks_author(step: Step) -> bool:
    """Say whether a step looks up the role or the permission of somebody, and does something about it."""
    if step.uses is not None and _author_action().search(step.uses.value.partition("@")[0]):
        return True
    script = step.run.value if step.run else step.input("script")
    if not script or not _looks_up(script):
        return False
    return bool(_verdict().search(script)) or bool(step.id and "return" in script) or step.run is not None


def condition_access(condition: str | None, event: str, types: tuple[str, ...] = ()) -> Access:
    """Return what an `if` leaves of an outsider's event; one that cannot be parsed leaves it open."""
    if condition is None:
        return Access.OPEN
    text = condition.strip()
    found = find_expressions(text)
    if found:
        if len(found) != 1 or found[0][:2] != (0, len(text)):
            return Access.OPEN  # a text around an expression always holds
        text = found[0][2]
    try:
        node = parse(text)
    except ExpressionError:
        return Access.OPEN
    if _Outsider(event, types, labelled=False).truth(node) is False:
        labelled = _Outsider(event, types, labelled=True).truth(node)
        return Access.CLOSED if labelled is False else Access.LABEL
    return Access.OUTPUT if any(_is_output(path) for path in references(node)) else Access.OPEN


def _is_output(path: tuple[str, ...]) -> bool:
    return path[0] in {"needs", "steps"} and "outputs" in path


class _Outsider:
    """Evaluates a condition for an outsider: True, False, or None where only the run can know."""

    def __init__(self, event: str, types: tuple[str, ...], *, labelled: bool) -> None:
        self.event = event
        self.types = types
        self.labelled = labelled

    def truth(self, node: Expression) -> bool | None:
        if isinstance(node, Not):
            inside = self.truth(node.operand)
            return None if inside is None else not inside
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Literal):
            return truth_of_value(node.value)
        return self._bare(_path(node))

    def _binary(self, node: Binary) -> bool | None:
        if node.operator in {"&&", "||"}:
            decides = node.operator == "||"
            sides = (self.truth(node.left), self.truth(node.right))
            if decides in sides:
                return decides
            return None if None in sides else not decides
        if node.operator not in {"==", "!="}:
            return None
        equal = self._equal(node.left, node.right)
        return None if equal is None else equal is (node.operator == "==")

    def _call(self, node: Call) -> bool | None:
        name = node.name.lower()
        if name in {"always", "success"}:
            return True
        if name not in {"contains", "startswith", "endswith"} or len(node.arguments) != 2:
            return None
        inside, item = node.arguments
        if name == "contains":
            return self._contains(inside, item)
        if isinstance(item, Literal) and _path(inside) == ("github", "ref"):
            return self._ref(name, text_of_value(item.value))
        return self._affix(inside, item)

    def _contains(self, inside: Expression, item: Expression) -> bool | None:
        if any("labels" in path for path in references(inside)):
            return self._label()
        who = _path(item)
        if _is_association(who):
            known = evaluate(inside, {})
            listed = [text_of_value(each).lower() for each in known] if isinstance(known, list) else None
            return False if listed is None or set(listed) <= set(TRUSTED) else None
        if _is_person(who) or _is_origin(who):
            return False
        if who == ("github", "event_name"):
            known = evaluate(inside, {})
            return None if known is UNKNOWN else bool(apply("contains", [known, self.event]))
        return self._affix(inside, item)

    def _affix(self, inside: Expression, item: Expression) -> bool | None:
        """Judge a part of a login: no login an outsider can take holds a bracket, as those of apps do."""
        if _is_person(_path(inside)) and isinstance(item, Literal) and "[" in text_of_value(item.value):
            return False
        return None

    def _ref(self, function: str, part: str) -> bool | None:
        """Judge `startsWith(github.ref, ...)`: an outsider's event never runs on a tag."""
        if function == "startswith" and part.startswith("refs/tags"):
            return False
        if function == "startswith" and self.event.startswith("pull_request") and self.event != "pull_request_target":
            return "refs/pull/".startswith(part) or part.startswith("refs/pull/")
        return None

    def _label(self) -> bool | None:
        """A label of a pull request needs a role; one of an issue may come from its form."""
        if self.event in {"issues", "issue_comment", "discussion", "discussion_comment"}:
            return None
        return None if self.labelled else False

    def _equal(self, left: Expression, right: Expression) -> bool | None:
        for one, other in ((left, right), (right, left)):
            if not isinstance(one, (Context, Index)):
                continue
            path = _path(one)
            fact = self._fact(path, other)
            if fact is not UNKNOWN:
                return None if fact is None else bool(fact)
        return None

    def _fact(self, path: tuple[str, ...], other: Expression) -> object:  # noqa: PLR0911 - one line for each context
        """Return whether a context equals something: True, False, None for either; UNKNOWN for one not known here."""
        text = text_of_value(other.value).lower() if isinstance(other, Literal) else None
        if path == ("github", "event_name") and text is not None:
            return text == self.event
        if path == ("github", "event", "action") and text is not None:
            return self._action(text)
        if _is_association(path):
            return False if text in TRUSTED else None
        if path[:2] == ("github", "event") and path[-1] == "fork" and _is_origin(path):
            return None if text is None else text == "true"
        if _is_origin(path) or _is_person(path):
            return None if _is_person(_path(other)) and _is_person(path) and not _is_origin(path) else False
        if path[:2] == ("github", "event") and path[-1] in _MERGED:
            return None if text is None else text in {"false", ""}
        if path == ("github", "event", "label", "name"):
            return None if self.labelled else False
        if path == ("github", "event", "workflow_run", "event") and text is not None:
            return None if text in CHANGE_EVENTS else False
        if path in {("github", "ref"), ("github", "ref_name"), ("github", "ref_type")} and text is not None:
            return self._ref_equals(path[-1], text)
        return UNKNOWN

    def _action(self, text: str) -> bool | None:
        if self.types and text not in self.types:
            return False
        if text in MAINTAINER_TYPES:
            return None if self.labelled else False
        return True if self.types == (text,) else None

    def _ref_equals(self, name: str, text: str) -> bool | None:
        if name == "ref_type":
            return text == "branch"
        if text.startswith("refs/tags/"):
            return False
        on_merge = self.event.startswith("pull_request") and self.event != "pull_request_target"
        return False if on_merge and not text.startswith("refs/pull/") else None

    def _bare(self, path: tuple[str, ...]) -> bool | None:
        """Judge a context that stands alone."""
        if path == ("github", "head_ref"):
            return self.event in {"pull_request", "pull_request_target"}
        if path[:2] == ("github", "event") and len(path) > 2:
            if path[-1] == "fork" and _is_origin(path):
                return True
            if path[-1] in _MERGED:
                return False
            if len(path) == 3 and path[2] in _KINDS:
                return self._has(path[2])
        return None

    def _has(self, kind: str) -> bool:
        """Say whether the payload of the event has an object of a kind."""
        if kind == "comment":
            return self.event.endswith("_comment")
        if kind == "issue":
            return self.event in {"issues", "issue_comment"}
        if kind == "pull_request":
            return self.event.startswith("pull_request")
        return self.event.startswith(kind) if kind == "discussion" else self.event in {kind, f"pull_request_{kind}"}


def _path(node: Expression) -> tuple[str, ...]:
    """Return the context path of an expression that is one, else an empty one."""
    root = node
    while isinstance(root, Index):
        root = root.inside
    return references(node)[0] if isinstance(root, Context) else ()


def _is_association(path: tuple[str, ...]) -> bool:
    return path[-1:] == ("author_association",)


def _is_person(path: tuple[str, ...]) -> bool:
    """Say whether a path names who started the run or wrote something, not who owns the repository."""
    return path[:1] == ("github",) and path[-1] in _PERSONS and not {"repository", "organization", "base"} & {*path}


def _is_origin(path: tuple[str, ...]) -> bool:
    """Say whether a path tells where a head branch lives."""
    below = ".".join(path[2:])
    return path[:2] == ("github", "event") and any(f"{origin}." in f"{below}." for origin in _ORIGINS)
