"""MD-202: does an outsider's code run in a job that holds secrets or a token that can write?

Two things must come together in one job that an outsider's event reaches: their code is put into the workspace (the
head of a pull request, their fork, an artifact of their run), and something of it is run (a script, a build tool, an
own action). So a checkout that is only read, a labeler, a checkout of the base and the name of a branch stay silent; so
does a release of `actions/checkout` that refuses the code of forks, as all lines do since July 2026 unless opted out.

Silent too: a job without secrets and with a token that only reads; jobs behind a check of the author, an environment
(which may want an approval), a fresh label of a maintainer, or a condition that lets no fork through.
"""

from __future__ import annotations

import re

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.formats.tree import scalars_of
from phase_mirror.rules.authority import authority_of
from phase_mirror.rules.foreign_tree import Workspace, working_directory
from phase_mirror.rules.gating import Access
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm
from phase_mirror.rules.taint import places, runs
from phase_mirror.rules.untrusted import AUTHORITY_EVENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.authority import Authority
    from phase_mirror.rules.execution import Executed
    from phase_mirror.rules.foreign_tree import Foreign
    from phase_mirror.rules.protocol import Context, Verdict
    from phase_mirror.rules.taint import Place, Run

_LABELER = """on: pull_request_target
jobs:
  label:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/labeler@v5
"""
_WORKFLOW = """on: {event}
permissions: {{contents: {level}}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{{{ github.event.pull_request.head.sha }}}}
          allow-unsafe-pr-checkout: true
      - run: make test
"""

META = RuleMeta(
    id="MD-202",
    version="1.0",
    name="untrusted-trigger-with-authority",
    title="An outsider's code runs with the repository's authority",
    why=(
        "`pull_request_target`, `workflow_run` and comments run with the secrets and the token of the repository, also "
        "when a stranger starts them. A job that then runs the stranger's code gives all of it away: the build file of "
        "a pull request reads every secret of the job and pushes with its token."
    ),
    remediation=(
        "Run the code of pull requests under `pull_request`, without secrets, and hand the results to a second "
        "workflow that never runs them; or check out the base instead of the head."
    ),
    sources=(
        "https://docs.github.com/en/actions/reference/security/securely-using-pull_request_target",
        "https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/",
        "https://github.blog/changelog/2026-06-18-safer-pull_request_target-defaults-for-github-actions-checkout/",
    ),
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("workflows", "actions"),
    example_bad=((".github/workflows/pr.yml", _WORKFLOW.format(event="pull_request_target", level="write")),),
    example_good=(
        (".github/workflows/pr.yml", _WORKFLOW.format(event="pull_request", level="read")),
        (".github/workflows/label.yml", _LABELER),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return one finding for every outsider's tree of a job from which something is run."""
    del context  # no options, no policy
    if not any(event in AUTHORITY_EVENTS for workflow in facts.workflows.values() for event in workflow.triggers):
        return NotApplicable("no workflow runs with the repository's authority on an event that an outsider can start")
    elsewhere = bool(facts.setting.branch and facts.default_branch and facts.setting.branch != facts.default_branch)
    worst: dict[tuple[str, int, int], Finding] = {}
    for run in runs(facts):
        if run.event not in AUTHORITY_EVENTS:
            continue
        held = authority_of(run)
        if not held.possible:
            continue
        for finding, access in _of_run(facts, run, held, elsewhere=elsewhere):
            span = finding.primary.span
            key = (span.path, span.line, span.column) if span else ("", 0, 0)
            if access is Access.LABEL:  # mended in one place, the trigger, however many jobs wait for the label
                key = (run.outermost.workflow.path, 0, 0)
            if key not in worst or _rank(finding) < _rank(worst[key]):
                worst[key] = finding
    return list(worst.values())


def _rank(finding: Finding) -> tuple[int, int]:
    return finding.severity.rank, finding.confidence.rank


def _of_run(facts: Snapshot, run: Run, held: Authority, *, elsewhere: bool) -> Iterator[tuple[Finding, Access]]:
    """Yield a finding for the first thing that is run from each outsider's tree of a job."""
    seen: set[int] = set()
    workspace = Workspace()
    for place in places(facts, run):
        for act, tree in workspace.follow(place, working_directory(place)):
            access = max(place.access, tree.place.access)
            if id(tree) not in seen and _reached(run, access, (place, tree.place)):
                seen.add(id(tree))
                yield _finding(run, held, tree, place, act, access, elsewhere=elsewhere), access


def _reached(run: Run, access: Access, where: tuple[Place, ...]) -> bool:
    """Say whether an outsider comes to some steps without anybody's approval of the very code."""
    if access is Access.LABEL:
        return _label_stays(run, where)
    return access <= Access.OUTPUT


def _label_stays(run: Run, where: tuple[Place, ...]) -> bool:
    """Say whether a label, once set, lets later pushes of the author through as well."""
    trigger = run.outermost.workflow.triggers[run.event]
    types = [scalar.value for scalar in scalars_of(trigger.node.get("types"))] if trigger.node is not None else []
    if run.event != "pull_request_target" or (types and "synchronize" not in types):
        return False
    holder: Run | None = run
    conditions = [place.step.condition for place in where]
    while holder is not None:
        jobs, seen = [holder.job], set[str]()
        while jobs:
            job = jobs.pop()
            conditions.append(job.condition)
            seen.add(job.id)
            needed = (holder.workflow.jobs.get(need.value) for need in job.needs)
            jobs += [each for each in needed if each is not None and each.id not in seen]
        holder = holder.caller
    return any(condition and re.search(r"\.labels\b", condition) for condition in conditions)


def _finding(
    run: Run, held: Authority, tree: Foreign, place: Place, act: Executed, access: Access, *, elsewhere: bool
) -> Finding:
    path, document = tree.place.scope.document.path, tree.place.scope.document
    certain = tree.certain and access is Access.OPEN and held.certain and act.path is not None
    confidence = Confidence.HIGH if certain else Confidence.MEDIUM
    if access is Access.OUTPUT or not held.certain or elsewhere:
        confidence = Confidence.LOW
    grave = (held.strong or not held.certain) and access is Access.OPEN
    words = tree.words
    extra = {
        Access.LABEL: " A label stands before it, but stays when the author pushes again.",
        Access.OUTPUT: " A condition on an output stands before it; whether that checks the author is not known.",
    }.get(access, "")
    if elsewhere:
        extra += " GitHub runs the copy of this file on the default branch."
    return META.finding(
        f"{act.what} runs {words} with the repository's authority",
        f"Whoever starts `{run.event}` decides what {act.what} runs here: {words} is put into the workspace of the job "
        f"'{run.job.id}', which holds {held.words()}.{extra}",
        _started_by(run),
        actual(
            document.span(tree.scalar), f"puts {words} into the workspace", locator=tree.place.locator, value=tree.value
        ),
        actual(
            place.scope.document.span_within(act.scalar, act.start, act.length),
            "runs it",
            locator=place.locator,
            value=act.what.strip("`"),
        ),
        *_way(tree),
        *held.evidence(f"jobs.{run.job.id}"),
        norm(META.sources[1], "how such a job is taken over"),
        remediation=_remedy(run, path, access),
        severity=Severity.CRITICAL if grave else Severity.HIGH,
        confidence=confidence,
    )


def _remedy(run: Run, path: str, access: Access) -> str:
    if access is Access.LABEL:
        first = run.outermost.workflow.path
        return (
            f"In {first}, start on `labeled` alone, so that every push needs the label anew, or take the label off "
            "again when the author pushes."
        )
    return (
        f"In {path}, run this under `pull_request` without secrets and with a token that only reads, or do not run "
        "anything of what the step puts there; hand results to a privileged workflow as data."
    )


def _started_by(run: Run) -> Evidence:
    """Return the trigger: the declared side."""
    first = run.outermost.workflow
    note = "outsiders start this, with the repository's secrets and token"
    return declared(first.span(first.triggers[run.event].key), note, locator=f"on.{run.event}", value=run.event)


def _way(tree: Foreign) -> Iterator[Evidence]:
    """Yield the values that the name of the outsider's code came by."""
    for document, scalar in tree.way:
        yield actual(document.span(scalar), "its name comes by this value", locator="passed", value=tree.value)
