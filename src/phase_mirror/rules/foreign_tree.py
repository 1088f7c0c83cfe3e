"""Where in a job's workspace an outsider's code lies before each step.

1. A checkout of the head commit, the merge commit or the fork of a pull request puts it at its `path`, unless its
   release refuses to; an artifact of the run that started this one lies where it is unpacked.
2. `gh pr checkout`, or `git fetch` of a pull request and a `git checkout`, put it in place of the tree they run in.
3. A later checkout of anything else at the same place takes it away again, and so does any other move of the tree.

Source of what `actions/checkout` refuses:
https://github.blog/changelog/2026-06-18-safer-pull_request_target-defaults-for-github-actions-checkout/
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Scalar, text_of
from phase_mirror.repository.workflows.shell import read_script
from phase_mirror.repository.workflows.uses import UseSite
from phase_mirror.repository.workflows.workspace import moves_tree, normal
from phase_mirror.rules.execution import executed
from phase_mirror.rules.untrusted import COMMIT, NUMBER, ORIGIN, flows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.workflows.facts import Step
    from phase_mirror.repository.workflows.shell import Command
    from phase_mirror.rules.execution import Executed
    from phase_mirror.rules.taint import Place, Source

CHECKOUT = "actions/checkout"
OPT_IN = "allow-unsafe-pr-checkout"
REFUSED_EVENTS = ("pull_request_target", "workflow_run")
REFUSES_SINCE = {2: 8, 3: 7, 4: 4, 5: 1, 6: 1, 7: 0}
"""Minor release of each major since which `actions/checkout` refuses the code of a fork in those events without OPT_IN;
the floating tags `v2` to `v7` moved there in July 2026 (https://github.com/actions/checkout/releases)."""
ARTIFACTS = {"actions/download-artifact": "run-id", "dawidd6/action-download-artifact": "run_id"}
"""Actions that unpack an artifact of another run, with the input that names the run."""


class Foreign(Record):
    """An outsider's code that was put into the workspace.

    Attributes:
        place: the step that put it there.
        scalar: what says that it is theirs.
        words: what it is.
        value: for the identity of a finding.
        certain: nothing that only a run can know lies on the way.
        way: the values its name came by.
    """

    place: Place
    scalar: Scalar
    words: str
    value: str
    certain: bool
    way: tuple[tuple[Document, Scalar], ...] = ()


class Workspace:
    """The trees of a workspace, by their path; the innermost that holds a file counts."""

    def __init__(self) -> None:
        self.trees: dict[str, Foreign | None] = {}
        self.fetched: Foreign | None = None

    def of(self, path: str | None) -> Foreign | None:
        """Return the outsider's tree that a path lies in; one that is not known counts where everything is theirs."""
        if path is None:
            only = {id(tree): tree for tree in self.trees.values()}
            return next(iter(only.values())) if len(only) == 1 and "" in self.trees else None
        root = self.root(path)
        return None if root is None else self.trees[root]

    def root(self, path: str) -> str | None:
        """Return where the innermost tree lies that holds a path, None when it lies in none."""
        holders = [root for root in self.trees if not root or path == root or path.startswith(root + "/")]
        return max(holders, key=len, default=None)

    def follow(self, place: Place, directory: str | None) -> Iterator[tuple[Executed, Foreign]]:
        """Follow one step, and yield what it runs of an outsider's, with the tree that it lies in."""
        step = place.step
        commands = list(read_script(step.run.value).commands) if step.run is not None else []
        for act in executed(step, directory):
            while commands and commands[0].start < act.start:
                self._after_command(place, commands.pop(0), directory)
            tree = self.of(act.path)
            if tree is not None:
                yield act, tree
        for command in commands:
            self._after_command(place, command, directory)
        if step.reference is not None:
            self._after_action(place, step)

    def _after_action(self, place: Place, step: Step) -> None:
        slug = step.reference.slug.lower() if step.reference is not None else ""
        path = normal(step.input("path") or "")
        if slug == CHECKOUT and path is None:
            self.trees.clear()
        elif slug == CHECKOUT and path is not None:
            self.trees = {root: tree for root, tree in self.trees.items() if not _below(root, path)}
            self.trees[path] = checked_out(place)
        elif slug in ARTIFACTS and path:
            found = artifact(place, ARTIFACTS[slug])
            if found is not None:
                self.trees[path] = found

    def _after_command(self, place: Place, command: Command, directory: str | None) -> None:
        script, words = place.step.run, [word.text for word in command.words]
        if script is None or "--" in words or not words:
            return
        here = (self.root(directory) if directory is not None else None) or ""
        if words[:3] == ["gh", "pr", "checkout"]:
            self.trees[here] = _moved(place, script)
        elif words[0] == "git" and any(_pull().search(word) for word in words):
            self.fetched = _moved(place, script)
            if "pull" in words:
                self.trees[here] = self.fetched
        elif moves_tree(command):
            self.trees[here] = self.fetched


def _below(root: str, path: str) -> bool:
    return not path or root == path or root.startswith(path + "/")


@cache
def _pull() -> re.Pattern[str]:
    return re.compile(r"(?:^|[/+])pull/[^/]+/(?:head|merge)\b")


def _moved(place: Place, script: Scalar) -> Foreign:
    return Foreign(place, script, "the head of a pull request", "pull request", certain=True)


def refuses(place: Place) -> bool | None:
    """Say whether a checkout refuses the code of a fork; None when its release is not known."""
    step, run = place.step, place.scope.run
    allowed = step.input(OPT_IN)
    if run.event not in REFUSED_EVENTS or (allowed or "").lower() == "true":
        return False
    if "${{" in (allowed or "") or step.uses is None or step.reference is None:
        return None
    reference = step.reference
    version = reference.ref
    if reference.pinned:
        version = UseSite(place.scope.document, step.uses, reference, "", None, None, step).comment
    match = _release().match(version)
    if match is None:
        return True if not reference.pinned and version in {"main", "master"} else None
    major = int(match[1])
    if match[2] is None:  # `v4` is the newest release of its line, unless it only comments a hash
        return major >= 7 or (None if reference.pinned else major in REFUSES_SINCE)
    return major > 7 or int(match[2]) >= REFUSES_SINCE.get(major, 1000)


@cache
def _release() -> re.Pattern[str]:
    return re.compile(r"v?(\d{1,3})(?:\.(\d{1,4}))?(?:\.\d+)?(?=$|\s)")


def checked_out(place: Place) -> Foreign | None:
    """Return what a checkout puts there when it is an outsider's, None for anything else."""
    refused = refuses(place)
    if refused:
        return None
    for name in ("ref", "repository"):
        node = place.step.input_node(name)
        if not isinstance(node, Scalar):
            continue
        for source in _named(place, node, name):
            certain = source.certain and refused is False
            words = "the head of the pull request" if source.text.kind == NUMBER else source.text.words
            return Foreign(place, node, words, source.text.path, certain, source.way)
    return None


def _named(place: Place, node: Scalar, name: str) -> Iterator[Source]:
    """Yield the names of an outsider's code in an input of a checkout."""
    for start, _, found in flows(node.value):
        of_pull = node.value[:start].removeprefix("refs/").removeprefix("remotes/") == "pull/"
        for flow in found:
            for source in place.scope.sources(flow):
                kind = source.text.kind
                if (name == "ref" and (kind == COMMIT or (kind == NUMBER and of_pull))) or (
                    name == "repository" and kind == ORIGIN
                ):
                    yield source


def artifact(place: Place, name: str) -> Foreign | None:
    """Return the artifact of the run that started this one, None for any other."""
    node = place.step.input_node(name)
    text = text_of(node)
    if not isinstance(node, Scalar) or text is None:
        return None
    for _, _, found in flows(text):
        if any(flow.path == ("github", "event", "workflow_run", "id") for flow in found):
            return Foreign(place, node, "an artifact of the run that started this one", "workflow_run.id", certain=True)
    return None


def working_directory(place: Place) -> str | None:
    """Return where a step runs, relative to the workspace; None when only a run can know."""
    run = place.scope.run
    node = place.step.node.get("working-directory")
    if node is None and place.via is None:
        for holder in (run.job.node, run.workflow.root):
            node = node or holder.get("defaults", "run", "working-directory")
    return normal(text_of(node) or "")
