"""MD-109: is there one job alone that reports each required check?

GitHub looks at the name of a check. Where two jobs report it on the same change, a green one can stand in for a red
one. A stand-in for the paths that a filter leaves out, or for what an `if` leaves out, is a known work-around, reported
with low severity. Silent where the jobs cannot meet on one change, and where a name has holes.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.globs.coverage import uncovered
from phase_mirror.repository.workflows.reach import PULL_REQUEST_EVENTS, Reach, filter_of
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm
from phase_mirror.rules.required import Required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.checks import Check
    from phase_mirror.rules.protocol import Context, Verdict
    from phase_mirror.rules.required import Requirement

_UNIQUE = (
    "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/"
    "managing-protected-branches/about-protected-branches#require-status-checks-before-merging"
)
_RULESET = """{
  "name": "main",
  "target": "branch",
  "enforcement": "active",
  "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
  "rules": [
    {
      "type": "required_status_checks",
      "parameters": {"required_status_checks": [{"context": "build", "integration_id": 15368}]}
    }
  ]
}
"""
_WORKFLOW = """name: {title}
on: pull_request
jobs:
  {job}:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make {job}
"""

META = RuleMeta(
    id="MD-109",
    version="1.0",
    name="check-name-ambiguous",
    title="A required check that several jobs report",
    why=(
        "A gate knows a check by its name alone. When two jobs report the same name on one change, the green one can "
        "satisfy the gate while the other is red, and which one counts is not defined."
    ),
    remediation="Give each job a name of its own, or require one job that needs all of them.",
    sources=(_UNIQUE,),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("gates", "workflows"),
    example_bad=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.format(title="CI", job="build")),
        (".github/workflows/docs.yml", _WORKFLOW.format(title="Docs", job="build")),
    ),
    example_good=(
        (".github/rulesets/main.json", _RULESET),
        (".github/workflows/ci.yml", _WORKFLOW.format(title="CI", job="build")),
        (".github/workflows/docs.yml", _WORKFLOW.format(title="Docs", job="docs")),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every required check that jobs of different content report on the same change."""
    required = Required(facts, context)
    needs = required.own()
    if not needs:
        return NotApplicable("no gate of the analyzed branch requires a check of a workflow by name")
    found = []
    for need in needs:
        jobs = _jobs([each for each in required.producers(need) if each.name.literal is not None and _meets(each)])
        running = [each for each in jobs if not each.skipped]
        if running and len(jobs) > 1:
            found.append(_finding(facts, need, running[0], [each for each in jobs if each is not running[0]]))
    return found


def _meets(check: Check) -> bool:
    """Say whether a check stands on the head of any pull request, of any activity of its author."""
    if check.start.trigger.event in PULL_REQUEST_EVENTS:
        return check.start.reach in {Reach.ALWAYS, Reach.PATHS}
    branches, _ = filter_of(check.start.trigger, "branches")
    return check.start.trigger.event == "push" and check.start.reach is Reach.SOMETIMES and branches is None


def _jobs(checks: list[Check]) -> list[Check]:
    """Return one check for each job, the one it reports when it runs, on a pull request's own event, before others."""
    ordered = sorted(checks, key=lambda each: (each.skipped, each.start.trigger.event not in PULL_REQUEST_EVENTS))
    jobs: dict[tuple[str, str], Check] = {}
    for each in ordered:
        jobs.setdefault((each.leaf.workflow.path, each.job.id), each)
    kept = {id(each) for each in jobs.values()}
    return [each for each in checks if id(each) in kept]


def _finding(facts: Snapshot, need: Requirement, first: Check, others: list[Check]) -> Finding:
    other = others[0]
    severity, confidence, how = _kind(facts, first, others)
    places = " and ".join(dict.fromkeys(f"'{each.job.id}' in {each.leaf.workflow.path}" for each in (first, *others)))
    return META.finding(
        f"Required check '{need.name}' is reported by {len(others) + 1} jobs",
        f"The gate on '{need.branch}' ({need.gate.path}) requires '{need.name}', which the jobs {places} report. {how}",
        declared(need.check.span, "required by name alone", locator=need.check.locator, value=need.name),
        actual(first.span, "reports it", locator=f"jobs.{first.job.id}.name", value=need.name),
        actual(other.span, "reports it, too", locator=f"jobs.{other.job.id}.name", value=need.name),
        norm(_UNIQUE, "the names of jobs should be unique across workflows"),
        remediation=(
            f"Give the jobs different names and require one job that needs both, or rename job '{other.job.id}' in "
            f"{other.leaf.workflow.path}."
        ),
        severity=severity,
        confidence=confidence,
    )


def _kind(facts: Snapshot, first: Check, others: list[Check]) -> tuple[Severity, Confidence, str]:
    """Return severity, confidence and consequence: a work-around, a name left by skipping, or a plain clash."""
    filters = [each.start.paths for each in (first, *others) if each.start.paths is not None]
    if len(filters) == len(others) + 1:
        if uncovered(filters, (), facts.limits) is None:
            how = "Each covers paths that the others leave out, but a change of both kinds runs both, and the green one"
            return Severity.LOW, Confidence.HIGH, f"{how} can satisfy the gate alone."
        how = "A change that touches the paths of several runs them all, and a green one can satisfy the gate alone."
        return Severity.LOW, Confidence.MEDIUM, how
    if all(each.skipped for each in others):
        how = (
            f"Job '{others[0].job.id}' reports that name only when its `if` skips it, and a skipped job counts as "
            "passed: it can satisfy the gate while the other is red."
        )
        return Severity.LOW, Confidence.MEDIUM, how
    if any(each.conditional for each in (first, *others)):
        how = "Their `if` chooses between them, but the one that is skipped reports the name as well, as passed."
        return Severity.LOW, Confidence.MEDIUM, how
    return Severity.MEDIUM, Confidence.HIGH, "On a change that runs both, the green one can satisfy the gate alone."
