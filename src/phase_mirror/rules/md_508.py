"""MD-508: does everything that names a workflow name one that exists?

Read are `workflow_run.workflows`, badges of this very repository in its Markdown files, `gh workflow run`, and dispatch
calls through the REST address or the `workflow-dispatch` action.

Silent: workflows that exist without a file (CodeQL default set-up, Pages, Dependabot, Copilot), other repositories,
names with expressions or variables, and every name while some workflow file cannot be read, since it may carry that
name.
"""

from __future__ import annotations

from phase_mirror.model.finding import Edit
from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.nearest import nearest
from phase_mirror.model.rule import RuleMeta
from phase_mirror.model.span import Span
from phase_mirror.repository.globs.filters import FilterPattern
from phase_mirror.rules.home_runs import weaker
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm
from phase_mirror.rules.workflow_names import BADGE, CALL, TRIGGER, Naming, namings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Workflow
    from phase_mirror.rules.protocol import Context, Verdict

_CI = """name: CI
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""
_REPORT = """name: Report
on:
  workflow_run:
    workflows: [{name}]
    types: [completed]
jobs:
  report:
    runs-on: ubuntu-latest
    steps:
      - run: echo done
"""

META = RuleMeta(
    id="MD-508",
    version="1.0",
    name="dangling-workflow-name",
    title="A workflow is named that does not exist",
    why=(
        "A `workflow_run` trigger, a badge or a dispatch call goes by the name or the file of another workflow. After "
        "a rename nothing fails: the trigger never fires, the badge shows nothing, the dispatch is answered with 404."
    ),
    remediation="Name the workflow as it is called now: by its `name` in `workflow_run`, by its file elsewhere.",
    sources=(
        "https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run",
        "https://docs.github.com/en/actions/how-tos/monitor-workflows/add-a-status-badge",
        "https://cli.github.com/manual/gh_workflow_run",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("workflows", "actions", "markdown"),
    example_bad=(
        (".github/workflows/ci.yml", _CI),
        (".github/workflows/report.yml", _REPORT.format(name="Continuous Integration")),
    ),
    example_good=(
        (".github/workflows/ci.yml", _CI),
        (".github/workflows/report.yml", _REPORT.format(name="CI")),
    ),
)

WITHOUT_FILE = (
    "codeql",
    "code quality",
    "code scanning",
    "copilot",
    "dependabot",
    "dependency graph",
    "dependency submission",
    "automatic dependency submission",
    "graph update",
    "pages build",
    "pages-build",
    "running copilot",
)
"""Starts (lower case) of the names of workflows GitHub makes itself, without a file in the repository."""


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every name without a workflow."""
    del context  # no options, no policy
    if not facts.workflow_paths:
        return NotApplicable("there are no workflows")
    known = _Known(facts)
    asked = False
    found: list[Finding] = []
    for naming in namings(facts):
        asked = True
        if not known.has(naming) and not known.may_have(naming):
            found.append(_finding(naming, known))
    return found if asked else NotApplicable("nothing names a workflow")


class _Known:
    """The workflows of the repository by what they can be named by."""

    def __init__(self, facts: Snapshot) -> None:
        self.by_name = {workflow.title: workflow for workflow in facts.workflows.values()}
        self.by_file = {path.rpartition("/")[2]: path for path in facts.workflow_paths}
        self.paths = {*facts.workflow_paths}
        # An unread file may carry any name.
        self.complete = len(facts.workflows) == len(facts.workflow_paths)

    def has(self, naming: Naming) -> bool:
        """Say whether a workflow answers to a name."""
        name = naming.name
        if name in self.by_file or name in self.paths:
            return True
        return not naming.by_file and self._named(naming)

    def _named(self, naming: Naming) -> bool:
        if naming.name in self.by_name:
            return True
        if naming.kind != TRIGGER:  # `gh` compares without case
            return naming.kind == CALL and naming.name.casefold() in map(str.casefold, self.by_name)
        pattern = FilterPattern(naming.name)  # `workflow_run` reads a name as a filter pattern
        return pattern.problem is not None or any(pattern.matches(name) for name in self.by_name)

    def may_have(self, naming: Naming) -> bool:
        """Say whether a workflow that cannot be seen may answer to a name."""
        if naming.by_file:
            return False
        return not self.complete or naming.name.lower().startswith(WITHOUT_FILE)

    def near(self, naming: Naming) -> str:
        """Return the name or file that is most like the one named; empty when none is."""
        if naming.by_file:
            stems = {_bare(name, by_file=True): name for name in self.by_file}
            close = nearest(_bare(naming.name, by_file=True), stems)
            return stems[close] if close else ""
        return nearest(naming.name, [name for name in self.by_name if name not in naming.beside])

    def same(self, naming: Naming, close: str) -> bool:
        """Say whether the nearest is surely meant: only case, or `.yml` and `.yaml`, tell the two apart."""
        return _bare(naming.name, by_file=naming.by_file) == _bare(close, by_file=naming.by_file)

    def side(self, naming: Naming, close: str, facts: Iterable[Workflow]) -> Evidence | None:
        """Return the place of the nearest."""
        if naming.by_file and close:
            return declared(Span.of_file(self.by_file[close]), "the nearest file", locator="file", value=close)
        for workflow in facts:
            if close and workflow.title == close and workflow.name is not None:
                return declared(workflow.span(workflow.name), "the nearest name", locator="name", value=close)
        return None


def _bare(name: str, *, by_file: bool) -> str:
    folded = name.casefold()
    return folded.removesuffix(".yml").removesuffix(".yaml") if by_file else folded


def _finding(naming: Naming, known: _Known) -> Finding:
    close = known.near(naming)
    side = known.side(naming, close, known.by_name.values())
    what = "file" if naming.by_file else "name"
    listed = sorted(known.by_file if naming.by_file else known.by_name)
    among = ", ".join(f"'{name}'" for name in listed[:6]) + (", ..." if len(listed) > 6 else "")
    return META.finding(
        f"There is no workflow '{naming.name}'",
        f"{naming.effect}: no workflow of this repository has the {what} '{naming.name}'.",
        actual(naming.span, naming.note, locator=naming.locator, value=naming.name),
        side or norm(naming.docs, "how the name is looked up"),
        remediation=(
            f"In {naming.span.path}, write '{close}' instead of '{naming.name}'"
            f"{'' if known.same(naming, close) else ', if that is what is meant'}."
            if close
            else f"In {naming.span.path}, name one of {among}, or remove it."
        ),
        severity=Severity.LOW if naming.kind == BADGE else Severity.HIGH,
        confidence=_confidence(naming, known, close),
        edits=_edits(naming, close) if close and known.same(naming, close) else (),
    )


def _confidence(naming: Naming, known: _Known, close: str) -> Confidence:
    """High where the name can only be a mistake; medium where it may be one of a list that repositories share."""
    if naming.by_file:
        return naming.most
    # No documentation says whether case counts in a name.
    unsure = known.same(naming, close) if close else any(name in known.by_name for name in naming.beside)
    return weaker(naming.most, Confidence.MEDIUM) if unsure else naming.most


def _edits(naming: Naming, close: str) -> tuple[Edit, ...]:
    span = naming.span
    if span.line != span.end_line or span.end_column - span.column != len(naming.name):
        return ()
    return (Edit(span, close),)
