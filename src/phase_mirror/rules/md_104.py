"""MD-104: does every required check start on every change?

A workflow that a path or branch filter holds back reports nothing, and a required check that is not reported stays
pending. (A job that its own `if` skips does report: it counts as passed.) Silent where the producers together start on
every possible change, where one of them starts without a filter, and where a filter cannot be read.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.globs.coverage import Gap, uncovered
from phase_mirror.repository.workflows.reach import PULL_REQUEST_EVENTS, Reach
from phase_mirror.rules.protocol import NotApplicable, actual, declared
from phase_mirror.rules.required import Required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
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
    {
      "type": "required_status_checks",
      "parameters": {"required_status_checks": [{"context": "test", "integration_id": 15368}]}
    }
  ]
}
"""
_WORKFLOW = """name: CI
on:
  pull_request:{filter}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
"""

META = RuleMeta(
    id="MD-104",
    version="1.0",
    name="required-check-filtered",
    title="A required check whose workflow a filter holds back",
    why=(
        "A workflow that a path or branch filter holds back reports nothing at all, and the gate waits for it for "
        "ever: changes that the filter leaves out can only be merged around the gate."
    ),
    remediation=(
        "Remove the filter and decide inside: let a first job find out what changed and give the required job an `if`; "
        "a job that its `if` skips counts as passed."
    ),
    sources=(
        "https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks",
        "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushpull_requestpull_request_targetpathspaths-ignore",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("gates", "workflows"),
    example_bad=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.format(filter="\n    paths-ignore: ['docs/**']")),
        ("docs/index.md", "# Documentation\n"),
    ),
    example_good=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.format(filter="")),
        ("docs/index.md", "# Documentation\n"),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every required check that some change leaves without a report."""
    required = Required(facts, context)
    needs = required.own()
    if not needs:
        return NotApplicable("no gate of the analyzed branch requires a check of a workflow by name")
    found: list[Finding] = []
    for need in needs:
        producers = required.producers(need)
        if not producers:
            found.extend(_branch_filtered(required, need))
        elif all(check.start.reach is Reach.PATHS for check in producers):
            found.extend(_path_filtered(required, need, producers))
    return found


def _path_filtered(required: Required, need: Requirement, producers: list[Check]) -> list[Finding]:
    """Search a change for which none of the producers starts."""
    facts = required.facts
    filters = [check.start.paths for check in producers if check.start.paths is not None]
    gap = uncovered(filters, facts.paths, facts.limits)
    if not isinstance(gap, Gap):
        return []
    producer = producers[0]
    sure = gap.tracked and _is_sure(required) and all(check.name.literal is not None for check in producers)
    workflows = sorted({check.workflow.path for check in producers})
    what = f"'{gap.path}'" if gap.tracked else f"a new file '{gap.path}'"
    node = producer.start.node
    return [
        META.finding(
            f"Required check '{need.name}' does not run on every change",
            f"The gate on '{need.branch}' requires '{need.name}', which {_listed(workflows)} "
            f"{'reports' if len(workflows) == 1 else 'report'} only for some paths. A change of {what} alone starts no "
            "workflow that reports it, so its pull request waits for ever.",
            declared(need.check.span, "required on every pull request", locator=need.check.locator, value=need.name),
            actual(
                producer.workflow.span(node),
                "the filter leaves other changes out",
                locator=f"on.{producer.start.trigger.event}.paths",
                value=need.name,
            ),
            remediation=(
                f"Remove the path filter from {_listed(workflows)} and skip the work inside: a job that its `if` skips "
                "counts as passed, a workflow that does not start does not."
            ),
            confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        )
    ]


def _branch_filtered(required: Required, need: Requirement) -> list[Finding]:
    """Judge a name that jobs have in workflows whose branch filter leaves the gate's branch out."""
    reported = required.reported(need)
    same = [check for check in reported if check.name.literal == need.name and not check.skipped]
    if not same or any(check.name.literal is None and check.name.matches(need.name) for check in reported):
        return []
    held = [check for check in same if check.start.trigger.event in PULL_REQUEST_EVENTS]
    if not held or any({"workflow_dispatch", "repository_dispatch"} & check.workflow.triggers.keys() for check in same):
        return []
    producer = held[0]
    return [
        META.finding(
            f"Required check '{need.name}' does not run for '{need.branch}'",
            f"The gate on '{need.branch}' requires '{need.name}', but the branch filter of {producer.workflow.path} "
            f"leaves '{need.branch}' out, so the check never reports there.",
            declared(need.check.span, "required here", locator=need.check.locator, value=need.name),
            actual(
                producer.workflow.span(producer.start.node),
                f"leaves '{need.branch}' out",
                locator=f"on.{producer.start.trigger.event}.branches",
                value=f"{need.name} {need.branch}",
            ),
            remediation=f"Add '{need.branch}' to the branch filter in {producer.workflow.path}.",
            confidence=Confidence.HIGH if _is_sure(required) and not need.gate.branch_assumed else Confidence.MEDIUM,
        )
    ]


def _is_sure(required: Required) -> bool:
    """Say whether nothing unseen can report the check: an unreadable workflow, or a call of the API."""
    return not required.facts.unreadable and not required.reports_by_itself


def _listed(paths: list[str]) -> str:
    return " and ".join(paths) if len(paths) < 3 else f"{paths[0]} and {len(paths) - 1} other workflows"
