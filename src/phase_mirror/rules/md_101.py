"""MD-101: is there a job that reports each required check?

A required check that nobody reports leaves every pull request waiting for ever, or was quietly dropped from what
protects the branch. Silent where something else may report it: a name with holes, another app's check, a known service,
a name under `policy.external_checks`, a gate of another branch.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.finding import Edit
from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.gates.model import GITHUB_ACTIONS
from phase_mirror.repository.workflows.checknames import SEPARATOR
from phase_mirror.repository.workflows.reach import Reach
from phase_mirror.rules.near_check import nearest_check
from phase_mirror.rules.protocol import NotApplicable, actual, declared
from phase_mirror.rules.required import Required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.checks import Check
    from phase_mirror.rules.near_check import Near
    from phase_mirror.rules.protocol import Context, Verdict
    from phase_mirror.rules.required import Requirement

_RULESET = """{{
  "name": "main",
  "target": "branch",
  "enforcement": "active",
  "conditions": {{"ref_name": {{"include": ["~DEFAULT_BRANCH"], "exclude": []}}}},
  "rules": [
    {{
      "type": "required_status_checks",
      "parameters": {{
        "strict_required_status_checks_policy": true,
        "required_status_checks": [{{"context": "{context}", "integration_id": 15368}}]
      }}
    }}
  ]
}}
"""
_WORKFLOW = """name: CI
on: pull_request
jobs:
  test:
    name: Unit tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
"""

META = RuleMeta(
    id="MD-101",
    version="1.0",
    name="required-check-never-reports",
    title="A required check that no job reports",
    why=(
        "A required check that nobody reports stays pending, so that no pull request can be merged without somebody "
        "who bypasses the gate; and once bypassing is the habit, the gate protects nothing."
    ),
    remediation="Require the name that the job reports, or give the job the required name.",
    sources=(
        "https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks",
        "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idname",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("gates", "workflows"),
    example_bad=(
        (".github/rulesets/main.json", _RULESET.format(context="test")),
        (".github/workflows/ci.yml", _WORKFLOW),
    ),
    example_good=(
        (".github/rulesets/main.json", _RULESET.format(context="Unit tests")),
        (".github/workflows/ci.yml", _WORKFLOW),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every required check that no job can report on the gate's branch and event."""
    required = Required(facts, context)
    needs = required.requirements()
    if not needs:
        return NotApplicable("no gate of the analyzed branch requires a check by name")
    found: list[Finding] = []
    for need in needs:
        if required.is_external(need):
            continue
        producers = required.producers(need)
        if not producers:
            found.extend(_missing(required, need, needs))
        elif one_state := _only_when_skipped(need, producers, required):
            found.append(one_state)
    return found


# -- never reported ---------------------------------------------------------------------------------------------------


def _missing(required: Required, need: Requirement, needs: list[Requirement]) -> list[Finding]:
    checks = required.reported(need)
    same = [check for check in checks if check.name.literal == need.name and not check.skipped]
    if same:
        return _elsewhere(required, need, same)
    near = nearest_check(need.name, checks, [other.name for other in needs if other is not need])
    if near is not None:
        return [_explained(required, need, near, needs)]
    return _unexplained(required, need, needs)


def _elsewhere(required: Required, need: Requirement, same: list[Check]) -> list[Finding]:
    """Judge a name that a job has, in a workflow that the occasion does not start."""
    if any(_left_out(check) for check in same):
        return []  # a filter leaves the branch out: MD-104 says so
    if any(_may_be_started(check) for check in same):
        return []
    producer = same[0]
    events = ", ".join(sorted(producer.workflow.triggers))
    trigger = next(iter(producer.workflow.triggers.values()))
    return [
        META.finding(
            f"Required check '{need.name}' is reported by no workflow that runs on pull requests",
            f"{_capital(need.place)} requires '{need.name}'. Job '{producer.job.id}' reports it, but its workflow runs "
            f"on {events} alone, so a pull request waits for ever.",
            _required_here(need),
            actual(
                producer.workflow.span(trigger.key),
                f"runs on {events} alone",
                locator="on",
                value=f"{need.name} on {events}",
            ),
            remediation=f"Add `pull_request:` to `on` in {producer.workflow.path}, or require another check.",
            confidence=Confidence.HIGH if _is_sure(required, need) else Confidence.MEDIUM,
        )
    ]


def _left_out(check: Check) -> bool:
    return check.start.reach is Reach.NEVER and check.start.trigger.event in {"pull_request", "pull_request_target"}


def _may_be_started(check: Check) -> bool:
    """Say whether somebody may start the workflow on the head of a pull request by hand or by another workflow."""
    return bool({"workflow_dispatch", "repository_dispatch", "workflow_run"} & check.workflow.triggers.keys())


def _explained(required: Required, need: Requirement, near: Near, needs: list[Requirement]) -> Finding:
    check = near.check
    literal = str(check.name)
    names = {other.name.literal for other in required.reported(need) if other.job is check.job and not other.skipped}
    runs = any(other.start.runs and str(other.name) == literal for other in required.reported(need))
    if near.kind == "renamed":
        sure = need.integration == GITHUB_ACTIONS and not required.reports_by_itself
    else:
        sure = _is_sure(required, need)
    sure = sure and runs and not required.facts.unreadable
    edit: tuple[Edit, ...] = ()
    if any(other.name == literal for other in needs):
        help_text = f"Remove '{need.name}' from {need.gate.path}; '{literal}' is required already"
    elif near.kind == "callee":
        help_text = f"Require the checks of the called workflow, such as '{literal}', in {need.gate.path}"
    elif len(names) > 1:
        help_text = (
            f"Require each combination that matters, such as '{literal}', or one job that needs them all, in "
            f"{need.gate.path}"
        )
    else:
        help_text = f"Require '{literal}' instead of '{need.name}' in {need.gate.path}"
        if SEPARATOR not in literal + need.name:
            help_text += f", or name the job '{need.name}'"
        written = _quoted(need, literal)
        edit = (Edit(need.check.span, written),) if runs and written else ()
    return META.finding(
        f"Required check '{need.name}' is never reported",
        f"{_capital(need.place)} requires '{need.name}'; {near.why}.",
        _required_here(need),
        actual(check.span, "the check this job reports", locator=f"jobs.{check.job.id}.name", value=literal),
        remediation=f"{help_text}.",
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        edits=edit,
    )


_OTHER_BUILDERS = (
    ".travis.yml",
    "Jenkinsfile",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    ".buildkite/pipeline.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".appveyor.yml",
    ".cirrus.yml",
    ".cirrus.star",
    ".drone.yml",
    ".semaphore/semaphore.yml",
    ".taskcluster.yml",
    ".zuul.yaml",
    "cloudbuild.yaml",
    "buildspec.yml",
    ".prow.yaml",
)
"""Files of other services that build pull requests and may report a check of any name."""


def _is_sure(required: Required, need: Requirement) -> bool:
    """Say whether nothing but a job of a workflow is likely to report a check: no call of the API, no other service."""
    if required.calls_checks_api or required.facts.unreadable:
        return False
    return need.integration == GITHUB_ACTIONS or not any(path in required.facts.files for path in _OTHER_BUILDERS)


def _unexplained(required: Required, need: Requirement, needs: list[Requirement]) -> list[Finding]:
    """Judge a name that nothing is near to: likely of GitHub Actions, or where all others are met."""
    facts = required.facts
    workflows = list(facts.workflows.values())
    if not workflows or required.reports_by_itself or facts.unreadable.keys() & set(facts.workflow_paths):
        return []
    if need.integration == GITHUB_ACTIONS:
        confidence = Confidence.MEDIUM
    elif _others_met(required, need, needs) and not _sounds_external().search(need.name):
        confidence = Confidence.LOW
    else:
        return []
    first = workflows[0]
    many = "the workflow" if len(workflows) == 1 else f"the {len(workflows)} workflows"
    return [
        META.finding(
            f"Required check '{need.name}' is reported by no job",
            f"{_capital(need.place)} requires '{need.name}', and no job of {many} has a name "
            "like it. Unless something outside the repository reports it, every pull request waits for ever.",
            _required_here(need),
            actual(
                first.span(first.root.key("jobs") or first.root),
                "no job here or in the other workflows reports it",
                locator="jobs",
                value=need.name,
            ),
            remediation=(
                f"Remove '{need.name}' from {need.gate.path}, or list it under `policy.external_checks` in "
                "`.phase-mirror.yml` if another service reports it."
            ),
            confidence=confidence,
        )
    ]


@cache
def _sounds_external() -> re.Pattern[str]:
    """Match names that apps of all kinds give to what they look at: titles, labels, reviews, agreements, previews."""
    return re.compile(
        r"title|label|review|approv|sign.?off|signed|\bcla\b|agreement|preview|deploy|\bbot\b|mergeable|semantic|milestone"
        r"|conventional|validator",
        re.IGNORECASE,
    )


def _others_met(required: Required, need: Requirement, needs: list[Requirement]) -> bool:
    """Say whether jobs report at least two other checks of the same gate, and all that no service is known for."""
    others = [
        other for other in needs if other is not need and other.gate is need.gate and not required.is_external(other)
    ]
    return len(others) >= 2 and all(required.producers(other) for other in others)


# -- reported in one state alone --------------------------------------------------------------------------------------


def _only_when_skipped(need: Requirement, producers: list[Check], required: Required) -> Finding | None:
    """Judge a name that a job reports when it is skipped, and never when it runs."""
    if not all(check.skipped and check.conditional for check in producers):
        return None
    producer = producers[0]
    running = [
        check
        for check in required.reported(need)
        if not check.skipped and check.start.runs and any(link.job is producer.job for link in check.chain)
    ]
    if not running or (running[0].known and running[0].name.literal is None):
        return None
    example = running[0].name
    return META.finding(
        f"Required check '{need.name}' is reported only when its job is skipped",
        f"{_capital(need.place)} requires '{need.name}'. Job '{producer.job.id}' reports that name when its `if` "
        f"skips it; when it runs it reports '{example}', so the gate waits for ever on the changes it should test.",
        _required_here(need),
        actual(
            producer.span,
            f"reports '{example}' when it runs",
            locator=f"jobs.{producer.job.id}.name",
            value=str(example),
        ),
        remediation=(
            f"Add one job that needs '{producer.job.id}', runs with `if: always()` and fails unless it passed or was "
            f"skipped, and require that one in {need.gate.path}."
        ),
        confidence=Confidence.HIGH if not required.facts.unreadable else Confidence.MEDIUM,
    )


# -- words ------------------------------------------------------------------------------------------------------------


def _required_here(need: Requirement) -> Evidence:
    return declared(need.check.span, "required here", locator=need.check.locator, value=need.name)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quoted(need: Requirement, name: str) -> str:
    """Return a name with the quotes that the source has around the old one; empty where that would not be safe."""
    line = need.check.document.line(need.check.span.line)
    quote = line[need.check.span.column - 1 : need.check.span.column]
    if quote in {'"', "'"}:
        return f"{quote}{name}{quote}" if quote not in name and "\\" not in name else ""
    return name if _plain().fullmatch(name) else ""


@cache
def _plain() -> re.Pattern[str]:
    """Match a name that YAML takes as it is, without quotes."""
    return re.compile(r"[A-Za-z](?:[\w ./()+-]*[\w)])?")
