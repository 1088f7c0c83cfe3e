"""What starts a workflow on a change: event, branch filter, path filter, activity types.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows and
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpull_requestpull_request_targetbranchesbranches-ignore;
merge queues: https://github.blog/changelog/2022-08-18-merge-group-webhook-event-and-github-actions-workflow-trigger/
"""

from __future__ import annotations

from enum import StrEnum

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import scalars_of
from phase_mirror.repository.globs.filters import FilterSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.workflows.facts import Trigger, Workflow

PULL_REQUEST_EVENTS = ("pull_request", "pull_request_target")
"""Events whose checks stand on the head commit of a pull request, for every author."""

LATER_EVENTS = ("pull_request_review", "pull_request_review_comment", "deployment", "deployment_status")
"""Events that run on the commit of a pull request too, once somebody reviews or deploys it."""

QUEUE_BRANCH = "gh-readonly-queue/{branch}/pr-1-0000000000000000000000000000000000000000"
"""The shape of the branches a merge queue pushes
(https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks)."""

FEATURE_BRANCH = "phase-mirror-any/feature-branch-name"
"""Stands for the name of any head branch, which the author chooses."""


class Reach(StrEnum):
    """Whether an event starts a workflow on a change to a branch."""

    ALWAYS = "always"
    PATHS = "paths"
    """Only when a changed path passes the path filter."""
    SOMETIMES = "sometimes"
    """Only for some activity types, or only for branches of the repository itself (push)."""
    NEVER = "never"
    """The branch filter leaves the gate's branch out, or the event does not report on changes at all."""
    UNKNOWN = "unknown"
    """The branch is unknown, or a filter cannot be read."""


class Occasion(StrEnum):
    """What a gate waits on."""

    PULL_REQUEST = "pull_request"
    MERGE_GROUP = "merge_group"
    STAGING = "staging"
    """Bors pushes to a branch of that name and waits for what runs there
    (https://bors.tech/documentation/getting-started/)."""


class Start(Record):
    """How one trigger of a workflow answers an occasion.

    Attributes:
        workflow, trigger: whose.
        reach: the answer.
        why: a few words when it is not ALWAYS.
        paths: the path filter, None without one.
        node: the setting that limits it (the filter), else the trigger's key.
    """

    workflow: Workflow
    trigger: Trigger
    reach: Reach
    why: str
    paths: FilterSet | None
    node: Node

    @property
    def runs(self) -> bool:
        """Say whether it starts the workflow on at least some changes."""
        return self.reach in {Reach.ALWAYS, Reach.PATHS, Reach.SOMETIMES, Reach.UNKNOWN}


def starts(workflow: Workflow, occasion: Occasion, branch: str | None, default: str | None = None) -> list[Start]:
    """Return how each trigger of a workflow answers an occasion on a branch, in document order.

    Args:
        workflow: whose triggers.
        occasion: what the gate waits on.
        branch: the gate's branch, None when unknown.
        default: the default branch, None when unknown; `pull_request_target` runs the workflow that stands there.
    """
    found = [_start(workflow, trigger, occasion, branch) for trigger in workflow.triggers.values()]
    if default is None or branch in {None, default}:
        return found
    return [
        start.replace(reach=Reach.UNKNOWN, why=f"the workflow of '{default}' runs instead of this one")
        if start.trigger.event == "pull_request_target" and start.runs
        else start
        for start in found
    ]


def filter_of(trigger: Trigger, kind: str) -> tuple[FilterSet | None, Node | None]:
    """Return the filter of a kind (`branches`, `tags`, `paths`) with its node, (None, None) without one."""
    if trigger.node is None:
        return None, None
    for name, ignore in ((kind, False), (f"{kind}-ignore", True)):
        node = trigger.node.get(name)
        patterns = [scalar.value for scalar in scalars_of(node)]
        if node is not None and patterns:
            return FilterSet(patterns, ignore=ignore), node
    return None, None


def _start(workflow: Workflow, trigger: Trigger, occasion: Occasion, branch: str | None) -> Start:
    if occasion is Occasion.PULL_REQUEST and trigger.event in PULL_REQUEST_EVENTS:
        return _pull_request(workflow, trigger, branch)
    if trigger.event == "push":
        return _push(workflow, trigger, occasion, branch)
    if occasion is Occasion.MERGE_GROUP and trigger.event == "merge_group":
        return _branch_filtered(workflow, trigger, branch)
    if occasion is Occasion.PULL_REQUEST and trigger.event in LATER_EVENTS:
        return Start(workflow, trigger, Reach.SOMETIMES, f"it runs only on '{trigger.event}'", None, trigger.key)
    return Start(workflow, trigger, Reach.NEVER, f"'{trigger.event}' does not run on it", None, trigger.key)


def _branch_filtered(workflow: Workflow, trigger: Trigger, branch: str | None) -> Start:
    branches, node = filter_of(trigger, "branches")
    if branches is None or node is None:
        return Start(workflow, trigger, Reach.ALWAYS, "", None, trigger.key)
    if branch is None or branches.problem:
        return Start(workflow, trigger, Reach.UNKNOWN, "the branch filter cannot be judged", None, node)
    if not branches.matches(branch):
        return Start(workflow, trigger, Reach.NEVER, f"its branch filter leaves '{branch}' out", None, node)
    return Start(workflow, trigger, Reach.ALWAYS, "", None, trigger.key)


def _pull_request(workflow: Workflow, trigger: Trigger, branch: str | None) -> Start:
    start = _branch_filtered(workflow, trigger, branch)
    if start.reach is not Reach.ALWAYS:
        return start
    types = [scalar.value for scalar in scalars_of(trigger.node.get("types"))] if trigger.node else []
    if types and not {"opened", "synchronize"} <= set(types):
        node = trigger.node.get("types") if trigger.node else None
        why = f"it runs only on the activity types {', '.join(types)}"
        return Start(workflow, trigger, Reach.SOMETIMES, why, None, node or trigger.key)
    return _path_filtered(workflow, trigger, Reach.ALWAYS, "")


def _path_filtered(workflow: Workflow, trigger: Trigger, otherwise: Reach, why: str) -> Start:
    paths, node = filter_of(trigger, "paths")
    if paths is None or node is None or paths.unfiltered:
        return Start(workflow, trigger, otherwise, why, None, trigger.key)
    if paths.problem:
        return Start(workflow, trigger, Reach.UNKNOWN, "its path filter cannot be read", None, node)
    reach = Reach.PATHS if otherwise is Reach.ALWAYS else otherwise
    return Start(workflow, trigger, reach, why or "its path filter leaves some changes out", paths, node)


def _push(workflow: Workflow, trigger: Trigger, occasion: Occasion, branch: str | None) -> Start:
    branches, node = filter_of(trigger, "branches")
    tags, _ = filter_of(trigger, "tags")
    if branches is None and tags is not None:
        return Start(workflow, trigger, Reach.NEVER, "it runs on pushed tags alone", None, trigger.key)
    if branches is not None and node is not None:
        if branches.problem:
            return Start(workflow, trigger, Reach.UNKNOWN, "its branch filter cannot be read", None, node)
        if not branches.matches(_pushed(occasion, branch)):
            if occasion is Occasion.PULL_REQUEST and _lets_others_through(node, branch):
                why = "it runs on pushes to some branches of the repository itself"
                return _path_filtered(workflow, trigger, Reach.SOMETIMES, why)
            why = f"its branch filter leaves {_PUSHED_WORDS[occasion]} out"
            return Start(workflow, trigger, Reach.NEVER, why, None, node)
    if occasion is not Occasion.PULL_REQUEST:
        return _path_filtered(workflow, trigger, Reach.ALWAYS, "")
    why = "it runs on pushes, which forks cannot make"
    return _path_filtered(workflow, trigger, Reach.SOMETIMES, why)


def _lets_others_through(node: Node, branch: str | None) -> bool:
    """Say whether a branch filter names a branch that a pull request to this one may come from."""
    return any(
        not scalar.value.startswith("!") and (scalar.value != branch or any(sign in scalar.value for sign in "*?+["))
        for scalar in scalars_of(node)
    )


def _pushed(occasion: Occasion, branch: str | None) -> str:
    """Return the branch that is pushed on an occasion."""
    if occasion is Occasion.MERGE_GROUP:
        return QUEUE_BRANCH.format(branch=branch or "main")
    return FEATURE_BRANCH if occasion is Occasion.PULL_REQUEST else "staging"


_PUSHED_WORDS = {
    Occasion.PULL_REQUEST: "the head of a pull request",
    Occasion.MERGE_GROUP: "the branches of the merge queue",
    Occasion.STAGING: "the branch 'staging'",
}
