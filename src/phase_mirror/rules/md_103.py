"""MD-103: does every required check report in the merge queue as well?

A merge queue tests a branch of its own. A required check whose workflow has no `merge_group` trigger never reports
there, so that the queue waits until it gives up. An unfiltered `push`, or one for `gh-readonly-queue/**`, reports too.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.workflows.reach import Occasion
from phase_mirror.rules.protocol import NotApplicable, actual, declared
from phase_mirror.rules.required import Required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
    from phase_mirror.model.span import Span
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.checks import Check
    from phase_mirror.rules.protocol import Context, Verdict
    from phase_mirror.rules.required import Requirement

_RULESET = """{
  "name": "main",
  "target": "branch",
  "enforcement": "active",
  "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
  "rules": [
    {"type": "merge_queue", "parameters": {"merge_method": "SQUASH"}},
    {
      "type": "required_status_checks",
      "parameters": {"required_status_checks": [{"context": "test", "integration_id": 15368}]}
    }
  ]
}
"""
_WORKFLOW = """name: CI
on:
{triggers}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
"""

META = RuleMeta(
    id="MD-103",
    version="1.0",
    name="merge-queue-check-missing",
    title="A required check that does not run in the merge queue",
    why=(
        "The queue builds a branch of its own and waits for the required checks there. A check whose workflow does not "
        "run for the queue never arrives, so every entry is thrown out when its time is up."
    ),
    remediation="Add `merge_group:` to the triggers of the workflow that reports the check.",
    sources=(
        "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue#triggering-merge-group-checks-with-github-actions",
        "https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#merge_group",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("gates", "workflows"),
    example_bad=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.format(triggers="  pull_request:")),
    ),
    example_good=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.format(triggers="  pull_request:\n  merge_group:")),
    ),
)


class Queue:
    """The merge queue of a branch: where it is declared and what it is called there."""

    __slots__ = ("locator", "span")

    def __init__(self, span: Span, locator: str) -> None:
        self.span = span
        self.locator = locator


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every required check whose workflow runs on pull requests and never in the queue."""
    required = Required(facts, context)
    queues = {branch: _queue(required, branch, context) for branch in required.branches()}
    if not any(queues.values()):
        return NotApplicable("no gate of the analyzed branch has a merge queue")
    found: list[Finding] = []
    for need in required.own():
        queue = queues.get(need.branch)
        on_pull_requests = required.producers(need)
        if queue is None or not on_pull_requests or required.producers(need, Occasion.MERGE_GROUP):
            continue
        found.append(_finding(required, need, queue, on_pull_requests))
    return found


def _queue(required: Required, branch: str, context: Context) -> Queue | None:
    """Return the queue that a gate or the policy declares for a branch."""
    declared_queue = required.gate(branch).merge_queue
    if declared_queue is not None:
        _, queue = declared_queue
        return Queue(queue.span, queue.locator)
    policy = context.policy.gate
    if policy is None or policy.merge_queue is None or not policy.merge_queue.value:
        return None
    if policy.branch is not None and policy.branch.value != branch:
        return None
    return Queue(policy.merge_queue.span, "policy.gate.merge_queue")


def _finding(required: Required, need: Requirement, queue: Queue, producers: list[Check]) -> Finding:
    producer = producers[0]
    workflow = producer.workflow
    trigger = producer.start.trigger
    instead = _instead(required, need, producers)
    note = f"job '{producer.job.id}' runs on this event, not in the queue"
    if instead is not None:
        why = f"In the queue, job '{instead.job.id}' of {workflow.path} reports '{instead.name}' instead"
        note = f"job '{producer.job.id}' does not report that name in the queue"
        remediation = (
            f"Require one job of {workflow.path} that needs '{instead.job.id}' and runs with `if: always()`, in the "
            "queue as well."
        )
    elif "merge_group" in workflow.triggers:
        why = f"{workflow.path} reports it on {trigger.event}, and its `merge_group` leaves '{need.branch}' out"
        remediation = f"Add '{need.branch}' to the branches of `merge_group` in {workflow.path}."
    else:
        why = f"{workflow.path} reports it on {trigger.event} and has no trigger for the queue"
        remediation = f"Add `merge_group:` to `on` in {workflow.path}."
    sure = instead is None and all(check.name.literal is not None for check in producers)
    if required.facts.unreadable or required.reports_by_itself:
        sure = False
    return META.finding(
        f"Required check '{need.name}' never reports in the merge queue",
        f"The gate on '{need.branch}' has a merge queue and requires '{need.name}'. {why}, so every entry waits "
        "until it times out.",
        declared(queue.span, "the merge queue", locator=queue.locator, value=need.branch),
        declared(need.check.span, "required here", locator=need.check.locator, value=need.name),
        actual(workflow.span(trigger.key), note, locator="on", value=need.name),
        remediation=remediation,
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
    )


def _instead(required: Required, need: Requirement, producers: list[Check]) -> Check | None:
    """Return what the job of a required check reports in the queue in its place, where its workflow starts there."""
    jobs = {(check.workflow.path, check.leaf.workflow.path, check.job.id) for check in producers}
    for check in required.reported(need, Occasion.MERGE_GROUP):
        if check.start.runs and (check.workflow.path, check.leaf.workflow.path, check.job.id) in jobs:
            return check
    return None
