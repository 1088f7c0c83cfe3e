"""Every path of the tree that a workflow names, with how surely it is looked up there.

Silent where the place is not the repository's own tree: another checkout, an artifact, a cache, a caller's tree, a
directory that an expression names. What an earlier step may have made is named with low confidence at most.

Sources: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax and the
`action.yml` of each action that is listed.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence, Severity
from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Scalar, entries_of, scalars_of, text_of
from phase_mirror.repository.globs.filters import FilterPattern
from phase_mirror.repository.workflows.expressions import find_expressions
from phase_mirror.repository.workflows.facts import LOCAL, SELF
from phase_mirror.repository.workflows.workspace import before_steps, normal
from phase_mirror.rules.home_runs import home_workflows, lets_run, starts_here, weaker
from phase_mirror.rules.named_scripts import named_files
from phase_mirror.rules.tree_paths import TreePaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Action, Job, Step, Workflow
    from phase_mirror.repository.workflows.workspace import Workspace

CALLED = "reusable workflow"
ACTION = "local action"
SCRIPT = "file"
DIRECTORY = "directory"
HASHED = "hashed file"
FILTER = "path filter"


class Named(Record):
    """One path that is named and is not in the tree.

    Attributes:
        kind: CALLED, ACTION, SCRIPT, DIRECTORY, HASHED or FILTER.
        written: as it stands in the file.
        path: in the tree.
        span: of `written`.
        locator: structural place.
        effect: what happens, a sentence without its end.
        severity, confidence: of a finding here.
        base: the directory in the tree that `written` is relative to; None where no edit can be given.
        again: where else the same stands.
        besides: the other patterns of a filter.
    """

    kind: str
    written: str
    path: str
    span: Span
    locator: str
    effect: str
    severity: Severity
    confidence: Confidence
    base: str | None
    again: tuple[Span, ...] = ()
    besides: tuple[str, ...] = ()


class _Place(Record):
    """Where a step stands.

    Attributes:
        document: the file.
        step: the step.
        locator: of the step.
        most: the highest confidence a finding here has.
        directory: the working directory of its scripts relative to the workspace, None when unknown.
        folder: where its working directory is written, None where it is not.
        stops: a command that fails stops the script for sure.
    """

    document: Document
    step: Step
    locator: str
    most: Confidence
    directory: str | None
    folder: Scalar | None
    stops: bool


class _Input(Record):
    """An input of an action that names files.

    Attributes:
        name: of the input.
        instead: an input that, when given, makes the action ignore this one.
        only_with: an input without which the action ignores this one.
        certain: a missing file surely fails the step.
        many: it takes several patterns, one on a line.
    """

    name: str
    instead: str = ""
    only_with: str = ""
    certain: bool = True
    many: bool = False


_INPUTS: dict[str, tuple[_Input, ...]] = {
    "actions/setup-dotnet": (_Input("global-json-file"),),
    "actions/setup-go": (
        _Input("go-version-file", instead="go-version"),
        _Input("cache-dependency-path", certain=False, many=True),
    ),
    "actions/setup-java": (
        _Input("java-version-file", instead="java-version"),
        _Input("cache-dependency-path", only_with="cache", certain=False, many=True),
    ),
    "actions/setup-node": (
        _Input("node-version-file", instead="node-version"),
        _Input("cache-dependency-path", only_with="cache", many=True),
    ),
    "actions/setup-python": (
        _Input("python-version-file", instead="python-version"),
        _Input("cache-dependency-path", only_with="cache", many=True),
    ),
    "crate-ci/typos": (_Input("config", certain=False),),
    "davidanson/markdownlint-cli2-action": (_Input("config", certain=False),),
    "github/codeql-action": (_Input("config-file"),),
    "golangci/golangci-lint-action": (_Input("working-directory"),),
    "helm/kind-action": (_Input("config", certain=False),),
}
"""By action, lower case."""

_SHELLS = frozenset({"bash", "sh"})


def missing_paths(facts: Snapshot) -> tuple[list[Named], bool]:
    """Return every named path that the tree lacks, and whether anything is named at all."""
    reader = _Reader(facts)
    found: dict[tuple[str, str], Named] = {}
    for named in reader.read():  # the default directory of a job is named once, not for each of its steps
        found.setdefault((str(named.span), named.path), named)
    return list(found.values()), reader.asked


class _Reader:
    """Walks the workflows and the repository's own actions."""

    def __init__(self, facts: Snapshot) -> None:
        self.facts = facts
        self.tree = TreePaths(facts)
        self.asked = False

    def read(self) -> Iterator[Named]:
        homes = home_workflows(self.facts)
        for path, workflow in self.facts.workflows.items():
            yield from self._filters(workflow)
            for job in workflow.jobs.values():
                yield from self._called(workflow, job)
                most = lets_run(self.facts, job) if path in homes else None
                yield from self._job(workflow, job, weaker(homes[path], most) if most is not None else None)
        for action in self.facts.actions.values():
            yield from self._action(action)

    # -- workflows ------------------------------------------------------------------------------------------------

    def _filters(self, workflow: Workflow) -> Iterator[Named]:
        """Judge the patterns of `paths`; one that several events have is named once."""
        seen: dict[str, Named] = {}
        patterns = [
            (trigger.event, scalar)
            for trigger in workflow.triggers.values()
            if starts_here(trigger, self.facts.default_branch)
            for scalar in scalars_of(trigger.node.get("paths") if trigger.node else None)
        ]
        self.asked = self.asked or bool(patterns)
        for event, scalar in patterns:
            path = _literal_start(scalar.value)
            if path is None or not self.tree.lacks(path) or FilterPattern(scalar.value).problem:
                continue
            span, first = workflow.span(scalar), seen.get(scalar.value)
            if first is not None:
                seen[scalar.value] = first.replace(again=(*first.again, span))
            elif path.startswith(".github/") or not _spoken_of(workflow, path, [each.value for _, each in patterns]):
                seen[scalar.value] = Named(
                    FILTER,
                    scalar.value,
                    path,
                    span,
                    f"on.{event}.paths",
                    "No change to a present file fits this pattern, so it starts nothing",
                    Severity.LOW,
                    # A list shared by repositories names files at the root that not all of them have.
                    Confidence.MEDIUM if "/" in scalar.value else Confidence.LOW,
                    "" if path == scalar.value else None,
                    besides=tuple(each.value for _, each in patterns),
                )
        yield from seen.values()

    def _called(self, workflow: Workflow, job: Job) -> Iterator[Named]:
        reference = job.reference
        if reference is None or job.uses is None or reference.kind != LOCAL or "@" in reference.path:
            return
        self.asked = True
        if self.tree.lacks(reference.path):
            effect = "GitHub refuses the whole workflow, so none of its jobs run"
            yield self._named(CALLED, job.uses, workflow.document, f"jobs.{job.id}.uses", reference.path, effect)

    def _named(
        self,
        kind: str,
        scalar: Scalar,
        document: Document,
        locator: str,
        path: str,
        effect: str,
        confidence: Confidence = Confidence.HIGH,
        severity: Severity = Severity.HIGH,
    ) -> Named:
        """Return a record for a scalar that is nothing but a path from the root of the tree."""
        written = scalar.value.strip()
        return Named(kind, written, path, document.span(scalar), locator, effect, severity, confidence, "")

    def _job(self, workflow: Workflow, job: Job, most: Confidence | None) -> Iterator[Named]:
        setting = self.facts.setting
        for step, state in before_steps(job.steps, setting.slug, setting.default_branch):
            sure = lets_run(self.facts, job, step)
            if step.run is not None or step.uses is not None:
                self.asked = True
            if most is None or sure is None:
                continue
            if step.tolerated is not False:
                sure = Confidence.LOW
            locator = f"jobs.{job.id}.steps[{step.label}]"
            folder, directory = _directory(workflow, job, step)
            place = _Place(
                workflow.document, step, locator, weaker(most, sure), directory, folder, _stops(workflow, job, step)
            )
            yield from self._step(place, state)

    def _action(self, action: Action) -> Iterator[Named]:
        """Read what a composite action names in its own directory: that lies where the action lies."""
        for step in action.steps:
            self.asked = True
            reference = step.reference
            locator = f"runs.steps[{step.label}]"
            if reference and step.uses and reference.kind == LOCAL and step.uses.value.startswith(SELF):
                yield from self._self_action(action.document, step, locator)
            if step.run is None:
                continue
            for match in _own_files().finditer(step.run.value):
                path = normal(match["path"], action.directory)
                if path and self.tree.lacks(path) and _answered(step):
                    yield Named(
                        SCRIPT,
                        match["path"],
                        path,
                        action.document.span_within(step.run, match.start("path"), len(match["path"])),
                        f"{locator}.run",
                        "The step fails when it comes to it",
                        Severity.HIGH,
                        Confidence.MEDIUM,
                        None,
                    )

    # -- steps ----------------------------------------------------------------------------------------------------

    def _step(self, place: _Place, state: Workspace) -> Iterator[Named]:
        step, reference = place.step, place.step.reference
        if step.run is not None:
            yield from self._run(place, step.run, state)
        elif step.uses is not None and reference is not None:
            if reference.kind != LOCAL:
                yield from self._inputs(place, state)
            elif step.uses.value.strip().startswith(SELF):
                yield from self._self_action(place.document, step, place.locator)
            else:
                yield from self._local(place, step.uses, normal(reference.path), state)
        yield from self._hashed(place, state)

    def _self_action(self, document: Document, step: Step, locator: str) -> Iterator[Named]:
        path = normal(step.reference.path) if step.reference else None
        if path is not None and step.uses is not None and self.tree.lacks_action(path):
            effect = "The job fails when it comes to this step"
            yield self._named(ACTION, step.uses, document, f"{locator}.uses", path, effect)

    def _local(self, place: _Place, uses: Scalar, path: str | None, state: Workspace) -> Iterator[Named]:
        found = state.in_tree(path) if path is not None else None
        if found is None or not self.tree.lacks_action(found):
            return
        confidence = self._confidence(place, state, path or "", found, self.tree.moved_action(found) or "any")
        if confidence is not None:
            effect = "The job fails when it comes to this step"
            named = self._named(ACTION, uses, place.document, f"{place.locator}.uses", found, effect, confidence)
            yield named.replace(base="" if path == found else None)

    def _run(self, place: _Place, run: Scalar, state: Workspace) -> Iterator[Named]:
        if place.directory is None:
            return
        if place.folder is not None:
            yield from self._folder(place, place.folder, state)
            if not self.facts.is_directory(state.in_tree(place.directory) or ""):
                return
        for file in named_files(run.value, place.directory, state):
            found = file.state.in_tree(file.path)
            if not found or not self.tree.lacks(found):
                continue
            confidence = self._confidence(place, file.state, file.path, found, self.tree.moved(found))
            if confidence is not None:
                base = None if file.written.startswith("$") or found != file.path else file.directory
                yield Named(
                    DIRECTORY if file.is_directory else SCRIPT,
                    file.written,
                    found,
                    place.document.span_within(run, file.start, file.length),
                    f"{place.locator}.run",
                    "The step fails when it comes to this command",
                    Severity.HIGH,
                    confidence if place.stops else weaker(confidence, Confidence.MEDIUM),
                    base,
                )

    def _folder(self, place: _Place, folder: Scalar, state: Workspace) -> Iterator[Named]:
        found = state.in_tree(place.directory or "")
        if not found or not self.tree.lacks(found):
            return
        confidence = self._confidence(place, state, place.directory or "", found, "")
        if confidence is not None:
            effect = "A script cannot start in a directory that is not there, so the step fails"
            where = f"{place.locator}.working-directory"
            yield self._named(DIRECTORY, folder, place.document, where, found, effect, confidence).replace(base=None)

    def _inputs(self, place: _Place, state: Workspace) -> Iterator[Named]:
        step = place.step
        slug = step.reference.slug.lower() if step.reference else ""
        for each in _INPUTS.get(slug, ()):
            node = step.input_node(each.name)
            if not isinstance(node, Scalar) or (each.instead and step.input(each.instead)):
                continue
            if each.only_with and not step.input(each.only_with):
                continue
            patterns = [line.strip() for line in node.value.splitlines() if line.strip()]
            if not patterns or (len(patterns) > 1 and not each.many) or "@" in node.value:
                continue
            yield from self._patterns(place, state, node, patterns, each)

    def _patterns(
        self, place: _Place, state: Workspace, node: Scalar, patterns: list[str], which: _Input
    ) -> Iterator[Named]:
        """Judge an input whose patterns must match something together."""
        paths = [self._unmatched(pattern, state) for pattern in patterns]
        found = [path for path in paths if path]
        if len(found) < len(paths):
            return
        confidence = self._confidence(place, state, patterns[0], found[0], self.tree.moved(found[0]))
        if confidence is None:
            return
        certain = which.certain and len(patterns) == 1 and "*" not in patterns[0]
        yield Named(
            DIRECTORY if which.name == "working-directory" else SCRIPT,
            patterns[0],
            found[0],
            place.document.span(node),
            f"{place.locator}.with.{which.name}",
            "The action fails when it looks for it" if which.certain else "The action cannot read it",
            Severity.HIGH if which.certain else Severity.MEDIUM,
            confidence if certain else weaker(confidence, Confidence.MEDIUM),
            "" if certain and normal(patterns[0]) == found[0] else None,
        )

    def _hashed(self, place: _Place, state: Workspace) -> Iterator[Named]:
        """Judge `hashFiles(...)` in the inputs and variables of a step."""
        for key in ("with", "env"):
            for name, value in entries_of(place.step.node.get(key)):
                if not isinstance(value, Scalar) or "hashFiles" not in value.value:
                    continue
                for start, end, inside in find_expressions(value.value):
                    for match in _hash_call().finditer(inside):
                        patterns = [text for text in _texts().findall(match[0]) if not text.startswith("!")]
                        paths = [self._unmatched(text, state) for text in patterns]
                        if not patterns or not all(paths) or state.opaque:
                            continue
                        yield Named(
                            HASHED,
                            patterns[0],
                            paths[0] or "",
                            place.document.span_within(value, start, end - start),
                            f"{place.locator}.{key}.{name.value}",
                            "The hash of no file is an empty text, so the value never changes",
                            Severity.MEDIUM,
                            weaker(place.most, Confidence.MEDIUM),
                            None,
                        )

    def _unmatched(self, pattern: str, state: Workspace) -> str | None:
        """Return the path that a pattern names and the tree lacks; None where it may match."""
        if pattern.startswith("**/") and not any(sign in pattern[3:] for sign in "*?[{$/"):
            alone = state.own == ("",) and not state.other
            name = pattern[3:]
            return name if alone and name not in self.tree.by_name and self.tree.lacks(name) else None
        path = normal(pattern)
        found = state.in_tree(path) if path else None
        return found if found and self.tree.lacks(found) else None

    def _confidence(self, place: _Place, state: Workspace, path: str, found: str, moved: str) -> Confidence | None:
        """Return how sure it is that nothing is there when the step starts; None where it may well be.

        Args:
            place: the step.
            state: the workspace.
            path: in the workspace.
            found: in the tree.
            moved: where it may have moved to: a sign that nothing made it.
        """
        if state.opaque and (not moved or state.mentions(path) or self.tree.first_missing(found) in state.said):
            return None
        if state.opaque:
            return Confidence.LOW
        return weaker(place.most, Confidence.MEDIUM) if self.tree.other_case(found) else place.most


def _spoken_of(workflow: Workflow, path: str, patterns: list[str]) -> bool:
    """Say whether a workflow names a path outside its filters: it may make it, or want it only where it exists."""
    return workflow.document.text.count(path) > sum(path in pattern for pattern in patterns)


def _answered(step: Step) -> bool:
    """Say whether no condition of a step stands before what it runs."""
    return step.condition is None and step.tolerated is False


def _literal_start(pattern: str) -> str | None:
    """Return the path that a filter pattern needs: itself, or the directory before its first wildcard.

    None where it is negative, starts with a wildcard, or only the last part of the path is a pattern.
    """
    if pattern.startswith(("!", "*", "/", "./")) or "\\" in pattern:
        return None
    cut = next((at for at, char in enumerate(pattern) if char in "*?+[]"), len(pattern))
    path = pattern[:cut] if cut == len(pattern) else pattern[:cut].rpartition("/")[0]
    return path.rstrip("/") or None


def _directory(workflow: Workflow, job: Job, step: Step) -> tuple[Scalar | None, str | None]:
    """Return where the working directory of a step is written and what it is; None for an unknown one."""
    for node in (step.node, job.node.get("defaults", "run"), workflow.root.get("defaults", "run")):
        folder = node.get("working-directory") if node is not None else None
        if isinstance(folder, Scalar) and text_of(folder):
            return folder, normal(folder.value)
    return None, ""


def _stops(workflow: Workflow, job: Job, step: Step) -> bool:
    """Say whether the shell of a step surely is one that stops at a failure."""
    for node in (step.node, job.node.get("defaults", "run"), workflow.root.get("defaults", "run")):
        shell = text_of(node.get("shell")) if node is not None else None
        if shell:
            return shell in _SHELLS
    labels = [scalar.value.lower() for scalar in scalars_of(job.node.get("runs-on"))]
    return bool(labels) and not any("windows" in label or "${{" in label for label in labels)


@cache
def _own_files() -> re.Pattern[str]:
    """Match the path of a script in the directory of the action, at the start of a command."""
    return re.compile(
        r"^[ \t]*(?:(?:bash|sh|node|python3?|source|\.)[ \t]+)?\"?"
        r"(?:\$\{\{\s*github\.action_path\s*\}\}|\$\{?GITHUB_ACTION_PATH\}?)\"?/(?P<path>[\w./-]+\.[a-z0-9]+)",
        re.MULTILINE,
    )


@cache
def _hash_call() -> re.Pattern[str]:
    return re.compile(r"hashFiles\(\s*'[^']*'(?:\s*,\s*'[^']*')*\s*\)")


@cache
def _texts() -> re.Pattern[str]:
    return re.compile(r"'([^']*)'")
