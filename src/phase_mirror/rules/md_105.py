"""MD-105: can every required check turn red?

A job that passes whatever happens guards nothing. Three shapes: every step that could fail is tolerated; a job that
sums up others runs after their failure and does nothing about it; such a job is skipped by their failure, which counts
as passed. Silent where a step may decide (another shell, an action that is not known to prepare only, a
script beyond the reader), where the needed job is required itself or read by another required job, and where a name is
unknown.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.record import Record
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.formats.tree import boolean_of
from phase_mirror.repository.workflows.checknames import SEPARATOR
from phase_mirror.repository.workflows.reach import PULL_REQUEST_EVENTS
from phase_mirror.rules.failing import Weight, calls_itself_optional, judged_steps
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm
from phase_mirror.rules.required import Required
from phase_mirror.rules.waiting import needed_jobs, reads_of, runs_after, sums_up

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.checks import Check
    from phase_mirror.repository.workflows.facts import Job, Workflow
    from phase_mirror.rules.failing import Judged
    from phase_mirror.rules.protocol import Context, Verdict
    from phase_mirror.rules.required import Requirement

_SKIPPED_PASSES = "https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks"
_PRINTS = "prints"
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
  all-green:
    needs: [test]
    if: always()
    runs-on: ubuntu-latest
    steps:
      - run: {run}
"""

META = RuleMeta(
    id="MD-105",
    version="1.0",
    name="required-check-cannot-fail",
    title="A required check that passes whatever happens",
    why=(
        "A required check that cannot turn red looks like a gate and lets everything through: what it should hold back "
        "is merged, and nobody sees it."
    ),
    remediation=(
        "Let the failure of the step that matters count; a job that sums up others runs with `if: always()` and fails "
        "unless each of `needs.*.result` is what it should be."
    ),
    sources=(
        _SKIPPED_PASSES,
        "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepscontinue-on-error",
        "https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#needs-context",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("gates", "workflows"),
    example_bad=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.format(run="echo 'all jobs are done'")),
    ),
    example_good=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.format(run="test '${{ needs.test.result }}' = success")),
    ),
)


class Hole(Record):
    """Why a required job does not turn red.

    Attributes:
        title: how the finding is called, without the name of the check.
        why: one or two sentences.
        node: where it stands in the workflow of the job.
        note: a few words for that place.
        locator: its structural place.
        remediation: what to change.
        confidence: of the finding.
        value: what makes it lasting, beside the name of the check.
        skips: it rests on a skipped job counting as passed.
        severity: of the finding.
    """

    title: str
    why: str
    node: Node
    note: str
    locator: str
    remediation: str
    confidence: Confidence
    value: str
    skips: bool = False
    severity: Severity = Severity.HIGH


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every required check whose jobs pass whatever happens."""
    required = Required(facts, context)
    needs = required.own()
    if not needs:
        return NotApplicable("no gate of the analyzed branch requires a check of a workflow by name")
    found: list[Finding] = []
    for need in needs:
        jobs = _reporting_jobs(required.literal_producers(need))
        holes = [hole for each in jobs if (hole := _hole(required, need, each)) is not None]
        if holes and len(holes) == len(jobs):
            found.append(_finding(need, *_worst(jobs, holes)))
    return found


def _reporting_jobs(producers: list[Check]) -> list[Check]:
    """Return one check for each job, one of a pull request's own event where there is one."""
    jobs: dict[tuple[str, str], Check] = {}
    for each in producers:
        key = (each.leaf.workflow.path, each.job.id)
        if key not in jobs or (each.start.trigger.event in PULL_REQUEST_EVENTS and not each.skipped):
            jobs[key] = each
    return list(jobs.values())


def _hole(required: Required, need: Requirement, producer: Check) -> Hole | None:
    """Return why a job does not turn red, None where it does or may."""
    workflow, job = producer.leaf.workflow, producer.job
    if not producer.known or job.uses is not None or not job.steps:
        return None
    event = producer.start.trigger.event
    steps = judged_steps(workflow, job, event)
    decides = any(judged.weight is Weight.DECIDES for judged in steps) or job.node.get("environment") is not None
    if job.needs:
        unseen = _unseen(required, need, producer)
        answers = {other.id: runs_after(job, other, event) for other in unseen}
        skipping = [other for other in unseen if answers[other.id] is False]
        if skipping and f"{SEPARATOR}{need.name}".endswith(f"{SEPARATOR}{_skipped_name(job)}"):
            return _skipped(required, need, job, skipping, decides=decides and not sums_up(job))
        if not decides and [other for other in unseen if answers[other.id]]:
            return _tolerated(workflow, job, steps) or _idle(required, need, job)
        if decides:
            return _misread(required, need, workflow, job)
    if decides or job.needs:
        return None if decides else _tolerated(workflow, job, steps)
    return _tolerated(workflow, job, steps) or _prints(job, steps)


def _skipped_name(job: Job) -> str:
    """Return the name that a job reports when it is skipped; its expressions stay as they are written."""
    return job.name.value if job.name else job.id


def _unseen(required: Required, need: Requirement, producer: Check) -> list[Job]:
    """Return the jobs that a job waits for whose failure no other required check shows."""
    workflow, job = producer.leaf.workflow, producer.job
    covered = required.required_jobs(need.branch)
    seen: set[str] = set()
    for other in workflow.jobs.values():
        if other is not job and (workflow.path, other.id) in covered and sums_up(other):
            seen |= needed_jobs(workflow, other).keys()
    outputs = {read.other for read in reads_of(job) if read.part == "outputs"}
    return [
        other
        for other in needed_jobs(workflow, job).values()
        if (workflow.path, other.id) not in covered
        and other.id not in seen
        and other.id not in outputs
        and boolean_of(other.node.get("continue-on-error")) is not True
    ]


# -- the three shapes -------------------------------------------------------------------------------------------------


def _skipped(required: Required, need: Requirement, job: Job, skipping: list[Job], *, decides: bool) -> Hole:
    names = [other.id for other in skipping]
    condition = job.node.get("if")
    how = "its `if` skips it" if condition is not None else "it has no `if: always()`, so it is skipped"
    one = "that" if len(names) == 1 else "one of them"
    sure = not decides and required.is_whole(need)
    return Hole(
        title=f"passes when {_listed(names, 'or')} fails",
        why=(
            f"job '{job.id}' needs {_listed(names)}: when {one} fails, {how}, and a skipped job counts as passed. No "
            "required check shows that failure."
        ),
        node=condition or (job.node.get("needs") or job.key),
        note="skipped, so passed, when a job it needs fails",
        locator=f"jobs.{job.id}.{'if' if condition is not None else 'needs'}",
        remediation=(
            f"Require {_listed(names)} as well, or one job that needs all, runs with `if: always()` and fails unless "
            "each succeeded,"
            if decides
            else f"Give job '{job.id}' the condition `if: always()` and a step that fails unless `needs.*.result` "
            f"holds nothing but 'success', or require {_listed(names)} as well,"
        ),
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        value=" ".join(sorted(other.id for other in skipping)),
        skips=True,
        severity=Severity.MEDIUM if decides else Severity.HIGH,
    )


def _tolerated(workflow: Workflow, job: Job, steps: list[Judged]) -> Hole | None:
    hidden = [judged for judged in steps if judged.weight is Weight.TOLERATED]
    if not hidden or job.node.get("environment") is not None:
        return None
    first = hidden[0]
    ways = _listed(sorted({judged.why for judged in hidden}))
    which = f"step '{first.step.label}'" if len(hidden) == 1 else f"the {len(hidden)} steps that matter"
    doubtful = any(judged.weight is Weight.INSTALLS for judged in steps) or calls_itself_optional(workflow, job)
    return Hole(
        title="cannot fail",
        why=f"in job '{job.id}' {ways} hides every failure of {which}; nothing else there tests anything.",
        node=first.node,
        note=f"{first.why} hides the failure",
        locator=f"jobs.{job.id}.steps[{first.step.label}]",
        remediation=f"Remove {ways} from {which} of job '{job.id}'",
        confidence=Confidence.MEDIUM if doubtful else Confidence.HIGH,
        value=ways,
    )


def _idle(required: Required, need: Requirement, job: Job) -> Hole:
    return Hole(
        title="passes whatever the jobs it needs do",
        why=(
            f"job '{job.id}' runs even when {_listed([other.value for other in job.needs], 'or')} failed, and then no "
            "step of it fails."
        ),
        node=job.node.get("if") or job.key,
        note="runs after a failure and does nothing about it",
        locator=f"jobs.{job.id}.if",
        remediation=f"Let a step of job '{job.id}' fail unless `needs.*.result` holds nothing but 'success'",
        confidence=Confidence.HIGH if required.is_whole(need) else Confidence.MEDIUM,
        value="needs",
    )


def _misread(required: Required, need: Requirement, workflow: Workflow, job: Job) -> Hole | None:
    """Judge a job that asks for the failure of a job it does not need, which is never there."""
    needed = {each.value.lower() for each in job.needs}
    covered = required.required_jobs(need.branch)
    for read in reads_of(job):
        other = workflow.jobs.get(read.other)
        if read.part != "result" or not read.awaits_failure or read.other.lower() in needed or read.other in {"*", "?"}:
            continue
        if other is not None and (workflow.path, other.id) in covered:
            continue
        return Hole(
            title=f"never sees a failure of '{read.other}'",
            why=(
                f"job '{job.id}' asks for `needs.{read.other}.result`, but '{read.other}' is not among its `needs`, so "
                "that is always empty."
            ),
            node=read.node,
            note="not among the jobs it needs",
            locator=f"jobs.{job.id}.needs",
            remediation=(
                f"Add '{read.other}' to `needs` of job '{job.id}'"
                if other is not None
                else f"Ask for a job that exists, and that job '{job.id}' needs,"
            ),
            confidence=Confidence.HIGH if required.is_whole(need) else Confidence.MEDIUM,
            value=f"needs.{read.other}.result",
        )
    return None


def _prints(job: Job, steps: list[Judged]) -> Hole | None:
    """Judge a job without `needs` in which every step only prints: it tests nothing."""
    if not all(judged.weight is Weight.PRINTS for judged in steps) or job.node.get("environment") is not None:
        return None
    return Hole(
        title="tests nothing",
        why=f"job '{job.id}' only prints.",
        node=steps[0].step.run or job.key,
        note="nothing here can fail",
        locator=f"jobs.{job.id}.steps",
        remediation=f"Let job '{job.id}' run what it is named after, or require another check",
        confidence=Confidence.MEDIUM,
        value=_PRINTS,
    )


def _worst(jobs: list[Check], holes: list[Hole]) -> tuple[Check, Hole]:
    """Return the surest of several holes, the first of equals; a stand-in that only prints comes last."""
    return min(zip(jobs, holes, strict=True), key=lambda pair: (pair[1].value == _PRINTS, pair[1].confidence.rank))


# -- words ------------------------------------------------------------------------------------------------------------


def _finding(need: Requirement, producer: Check, hole: Hole) -> Finding:
    workflow = producer.leaf.workflow
    sides: list[Evidence] = [
        declared(need.check.span, "required here", locator=need.check.locator, value=need.name),
        actual(workflow.span(hole.node), hole.note, locator=hole.locator, value=f"{need.name}: {hole.value}"),
    ]
    if hole.skips:
        sides.append(norm(_SKIPPED_PASSES, "a job that is skipped reports success"))
    return META.finding(
        f"Required check '{need.name}' {hole.title}",
        f"The gate on '{need.branch}' ({need.gate.path}) requires '{need.name}', but {hole.why}",
        *sides,
        remediation=f"{hole.remediation} in {workflow.path}.",
        confidence=hole.confidence,
        severity=hole.severity,
    )


def _listed(names: list[str], joint: str = "and") -> str:
    """Return names as a list in words, the fourth and further ones counted."""
    quoted = [name if name.startswith("`") else f"'{name}'" for name in names]
    if len(quoted) > 4:
        quoted = [*quoted[:3], f"{len(quoted) - 3} others"]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {joint} {quoted[-1]}"
