"""MD-107: does the one required job of a workflow wait for all of its jobs?

A workflow whose only required job sums up the others is a gate for those it needs and for no other. Silent about jobs
that are optional by their own word (`continue-on-error`, a comment, their name), that report, label or publish, that
look something up for others, that run only sometimes, that need the required job, and where the required job waits for
the smaller part of the workflow: then it does not sum it up.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.formats.tree import boolean_of
from phase_mirror.repository.workflows.expressions import ExpressionError, condition
from phase_mirror.repository.workflows.permissions import read_grant
from phase_mirror.repository.workflows.reach import PULL_REQUEST_EVENTS
from phase_mirror.rules.failing import Weight, calls_itself_optional, judged_steps
from phase_mirror.rules.protocol import NotApplicable, actual, declared
from phase_mirror.rules.required import Required
from phase_mirror.rules.waiting import needed_jobs, sums_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.checks import Check
    from phase_mirror.repository.workflows.facts import Job, Workflow
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
      "parameters": {"required_status_checks": [{"context": "all-green", "integration_id": 15368}]}
    }
  ]
}
"""
_WORKFLOW = """name: CI
on: pull_request
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make lint
  all-green:
    needs: [{needs}]
    if: always()
    runs-on: ubuntu-latest
    steps:
      - if: contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')
        run: exit 1
"""

META = RuleMeta(
    id="MD-107",
    version="1.0",
    name="aggregator-incomplete",
    title="A required job that sums up its workflow and leaves jobs out",
    why=(
        "When one job stands for a whole workflow, a job it does not wait for is not part of the gate: it can be red "
        "and the change is merged all the same. That is how a job added later is forgotten."
    ),
    remediation="Add the job to the `needs` of the required one, or say at the job that it is optional.",
    sources=(
        "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idneeds",
        "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches#require-status-checks-before-merging",
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    standing=Standing.WARN,
    inputs=("gates", "workflows"),
    example_bad=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.replace("{needs}", "test")),
    ),
    example_good=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.replace("{needs}", "test, lint")),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every required job that sums up its workflow and leaves jobs out."""
    required = Required(facts, context)
    needs = required.own()
    if not needs:
        return NotApplicable("no gate of the analyzed branch requires a check of a workflow by name")
    found: dict[tuple[str, str], Finding] = {}
    for need in needs:
        for producer in required.literal_producers(need):
            key = (producer.leaf.workflow.path, producer.job.id)
            if producer.skipped or producer.start.trigger.event not in PULL_REQUEST_EVENTS or key in found:
                continue
            missing = _left_out(required, need, producer)
            if missing:
                found[key] = _finding(need, producer, missing)
    return list(found.values())


def _left_out(required: Required, need: Requirement, producer: Check) -> list[Job]:
    """Return the jobs that a summing job does not wait for; none where it is not the only required one."""
    workflow, job = producer.leaf.workflow, producer.job
    covered = {id_ for path, id_ in required.required_jobs(need.branch) if path == workflow.path}
    if covered != {job.id} or not job.needs or not _is_summary(producer):
        return []
    waited = needed_jobs(workflow, job)
    missing = [
        other
        for other in workflow.jobs.values()
        if other is not job and other.id not in waited and _belongs(workflow, other, job, producer.start.trigger.event)
    ]
    return missing if len(missing) <= len(waited) else []


def _is_summary(producer: Check) -> bool:
    """Say whether a job does nothing but look at the jobs it needs."""
    workflow, job = producer.leaf.workflow, producer.job
    if sums_up(job):
        return True
    steps = judged_steps(workflow, job, producer.start.trigger.event)
    return all(judged.weight in {Weight.PRINTS, Weight.IDLE} for judged in steps)


def _belongs(workflow: Workflow, other: Job, job: Job, event: str) -> bool:
    """Say whether a job tests every change, so that its failure is meant to count."""
    before = needed_jobs(workflow, other)
    if job.id in before:
        return False
    if any(_may_be_skipped(each, event) for each in (other, *before.values())):
        return False
    tolerated = other.node.get("continue-on-error")
    if tolerated is not None and boolean_of(tolerated) is not False:
        return False
    if _is_aside(workflow, other):
        return False
    return other.uses is not None or any(
        judged.weight is Weight.DECIDES for judged in judged_steps(workflow, other, event)
    )


def _may_be_skipped(job: Job, event: str) -> bool:
    if job.condition is None:
        return False
    try:
        return condition(job.condition, {"github": {"event_name": event}}) is not True
    except ExpressionError:
        return True


def _is_aside(workflow: Workflow, job: Job) -> bool:
    """Say whether a job stands beside the tests: it writes, deploys, reports, looks up, or calls itself optional."""
    grant = read_grant(job.node.get("permissions"))
    if (grant is not None and grant.writes()) or job.node.get("environment") or job.node.get("outputs"):
        return True
    name = f"{job.id} {job.name.value if job.name else ''}"
    return _aside_name().search(name) is not None or calls_itself_optional(workflow, job)


@cache
def _aside_name() -> re.Pattern[str]:
    return re.compile(
        r"report|comment|label|notif|publish|deploy|release|preview|upload|cleanup|cancel|bench|coverage|codecov|stale"
        r"|triage|welcome|greet|assign|size|nightly|canary|experimental|optional|allowed|informational|advisory|summary"
        r"|artifact|docs|package|cache|metrics|perf|scorecard|image|push",
        re.IGNORECASE,
    )


def _finding(need: Requirement, producer: Check, missing: list[Job]) -> Finding:
    workflow, job = producer.leaf.workflow, producer.job
    quoted = [f"'{other.id}'" for other in missing]
    names = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    first = missing[0]
    return META.finding(
        f"Required check '{need.name}' does not wait for {names}",
        f"The gate on '{need.branch}' ({need.gate.path}) requires nothing of {workflow.path} but '{need.name}', which "
        f"sums up the jobs it needs. {names} {'is' if len(missing) == 1 else 'are'} not among them and may be red when "
        "a change is merged.",
        declared(need.check.span, "the only check required here", locator=need.check.locator, value=need.name),
        actual(
            workflow.span(job.node.get("needs") or job.key),
            "waits for these jobs",
            locator=f"jobs.{job.id}.needs",
            value=f"{need.name} without {' '.join(sorted(other.id for other in missing))}",
        ),
        actual(workflow.span(first.key), "not waited for", locator=f"jobs.{first.id}", value=first.id),
        remediation=(
            f"Add {names} to `needs` of job '{job.id}' in {workflow.path}, or write in a comment above "
            f"{'it' if len(missing) == 1 else 'each'} that it is optional."
        ),
    )
