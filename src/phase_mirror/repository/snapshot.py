"""All facts of one tree, read at most once, and a list of what could not be read and why.

Facts are read when first asked for: a rule that is switched off costs nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property, partial

from phase_mirror.errors import UnreadableError
from phase_mirror.model.record import Record
from phase_mirror.model.report import Unreadable
from phase_mirror.repository.formats.document import Document, Text, decode
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from phase_mirror.repository.codeowners import Codeowners
    from phase_mirror.repository.formats.markdown import Markdown
    from phase_mirror.repository.gates import Gate
    from phase_mirror.repository.ownership import Ownership
    from phase_mirror.repository.source import Entry, Source
    from phase_mirror.repository.workflows.checks import Check
    from phase_mirror.repository.workflows.facts import Action, Step, Workflow
    from phase_mirror.repository.workflows.reach import Occasion

    T = TypeVar("T")

WORKFLOWS = ".github/workflows/"
YAML_ENDINGS = (".yml", ".yaml")


def is_workflow_path(path: str) -> bool:
    """Say whether a file is a workflow: directly in `.github/workflows`, ending `.yml` or `.yaml`."""
    return path.startswith(WORKFLOWS) and path.endswith(YAML_ENDINGS) and "/" not in path[len(WORKFLOWS) :]


class Setting(Record):
    """What is known about the repository beside its files.

    Attributes:
        default_branch: from the event, or from git; None when unknown.
        slug: `owner/name`, empty when unknown; from the environment or the remote, never from a file.
        branch: the branch that a change is to be merged into, so that the tree is held against its gate; empty when no
            change is judged.
    """

    default_branch: str | None = None
    slug: str = ""
    branch: str = ""


class Snapshot:
    """The facts of one tree.

    Args:
        source: where the files come from.
        limits: bounds on reading.
        setting: what is known beside the files.
    """

    def __init__(self, source: Source, limits: Limits = DEFAULT_LIMITS, setting: Setting | None = None) -> None:
        self.source = source
        self.limits = limits
        self.setting = setting or Setting()
        self.unreadable: dict[str, Unreadable] = {}
        self.read: dict[str, bytes | None] = {}
        """Content of every file that was read; None where reading failed. The cache is keyed by it."""
        self.checks: dict[tuple[Occasion, str | None], list[Check]] = {}
        """What `checks_of` found for an occasion and a branch: several rules ask for the same."""
        self._documents: dict[str, Document | None] = {}
        self._texts: dict[str, Text | None] = {}
        self._actions: dict[str, Action | None] = {}

    def use_limits(self, limits: Limits) -> None:
        """Read what is still unread under other limits."""
        self.limits = limits
        self.source.limits = limits

    # -- files ----------------------------------------------------------------------------------------------------

    @cached_property
    def files(self) -> dict[str, Entry]:
        """Every path of the tree, sorted."""
        return self.source.entries()

    @cached_property
    def paths(self) -> list[str]:
        """The paths alone, sorted."""
        return sorted(self.files)

    def under(self, directory: str) -> list[str]:
        """Return the paths below a directory, given without trailing slash; all of them for an empty one."""
        if not directory:
            return self.paths
        prefix = directory + "/"
        first = bisect_left(self.paths, prefix)
        last = bisect_left(self.paths, directory + "0", lo=first)  # "0" is the character behind "/"
        return self.paths[first:last]

    def is_directory(self, path: str) -> bool:
        """Say whether a path is a directory: the root, or something lies below it."""
        return not path or bool(self.under(path))

    def exists(self, path: str) -> bool:
        """Say whether a path names a file, a link, a submodule or a directory of the tree."""
        return path in self.files or self.is_directory(path)

    # -- texts and trees ------------------------------------------------------------------------------------------

    def data(self, path: str) -> bytes | None:
        """Return the bytes of a file; None and an entry under `unreadable` when it cannot be read."""
        if path not in self.read:
            try:
                self.read[path] = self.source.read(path)
            except UnreadableError as error:
                self.read[path] = None
                self.refuse(path, error)
        return self.read[path]

    def text(self, path: str) -> Text | None:
        """Return a decoded file; None and an entry under `unreadable` when it cannot be read."""
        if path not in self._texts:
            data = self.data(path)
            self._texts[path] = None if data is None else self.attempt(path, lambda: Text(path, decode(path, data)))
        return self._texts[path]

    def texts(self) -> list[Text]:
        """Return every text read so far, in order of path."""
        return [text for _, text in sorted(self._texts.items()) if text is not None]

    def document(self, path: str) -> Document | None:
        """Return a file read as YAML, JSON or TOML by its ending; None where it cannot be.

        A merge key (`<<`) makes a workflow unreadable, whoever asks for it first.
        """
        if path not in self._documents:
            text = self.text(path)
            read = None if text is None else self.attempt(path, partial(self._parse, path, text.text))
            self._documents[path] = read
        return self._documents[path]

    def _parse(self, path: str, text: str) -> Document:
        if path.endswith((".json", ".json5")):
            from phase_mirror.repository.formats.json import read_json  # noqa: PLC0415 - only where there is JSON

            return read_json(path, text, limits=self.limits, lenient=path.endswith(".json5"))
        if path.endswith(".toml"):
            from phase_mirror.repository.formats.toml import read_toml  # noqa: PLC0415 - only where there is TOML

            return read_toml(path, text, limits=self.limits)
        from phase_mirror.repository.formats.yaml import read_yaml  # noqa: PLC0415 - only where there is YAML

        return read_yaml(path, text, merge_keys=not is_workflow_path(path), limits=self.limits)

    def attempt(self, path: str, read: Callable[[], T]) -> T | None:
        """Call a reader; None and an entry under `unreadable` when it refuses."""
        try:
            return read()
        except UnreadableError as error:
            self.refuse(path, error)
            return None

    def refuse(self, path: str, error: UnreadableError) -> None:
        """List a file as unreadable, with the line when the error names one."""
        place = error.where[len(path) :] if error.where.startswith(path) else ""
        line = place.strip(":").split(":")[0]
        self.unreadable.setdefault(path, Unreadable(path, error.what, int(line) if line.isdigit() else 0))

    # -- facts ----------------------------------------------------------------------------------------------------

    @cached_property
    def workflow_paths(self) -> list[str]:
        """Paths of the workflow files: directly in `.github/workflows`, ending `.yml` or `.yaml`."""
        return [path for path in self.under(WORKFLOWS.rstrip("/")) if is_workflow_path(path)]

    @cached_property
    def workflows(self) -> dict[str, Workflow]:
        """The workflows that can be read, by path."""
        from phase_mirror.repository.workflows.reader import read_workflow  # noqa: PLC0415 - only when asked for

        found: dict[str, Workflow] = {}
        for path in self.workflow_paths:
            document = self.document(path)
            workflow = document and self.attempt(path, partial(read_workflow, document))
            if workflow:
                found[path] = workflow
        return found

    @cached_property
    def action_paths(self) -> list[str]:
        """Paths of every file named `action.yml` or `action.yaml`."""
        names = ("action.yml", "action.yaml")
        return [path for path in self.paths if path.endswith(names) and path.rpartition("/")[2] in names]

    def action(self, directory: str) -> Action | None:
        """Return the local action of a directory, None when there is none or it cannot be read."""
        for name in ("action.yml", "action.yaml"):
            path = f"{directory}/{name}" if directory else name
            if path in self.files:
                return self._action_at(path)
        return None

    def _action_at(self, path: str) -> Action | None:
        from phase_mirror.repository.workflows.reader import read_action  # noqa: PLC0415 - only when asked for

        if path not in self._actions:
            document = self.document(path)
            self._actions[path] = None if document is None else self.attempt(path, partial(read_action, document))
        return self._actions[path]

    @cached_property
    def actions(self) -> dict[str, Action]:
        """The repository's own actions that can be read, by path.

        These are the one at the root, those under `.github`, and those that a workflow or another of them uses; an
        `action.yml` elsewhere may be a fixture or a template and is left alone.
        """
        steps = [step for workflow in self.workflows.values() for job in workflow.jobs.values() for step in job.steps]
        found: dict[str, Action] = {}
        waiting: list[Action | None] = [
            self._action_at(path)
            for path in self.action_paths
            if "/" not in path or (path.startswith(".github/") and not is_workflow_path(path))
        ]
        waiting += [self._used_by(step) for step in steps]
        while waiting:
            action = waiting.pop()
            if action is not None and action.path not in found:
                found[action.path] = action
                waiting += [self._used_by(step) for step in action.steps]
        return dict(sorted(found.items()))

    def _used_by(self, step: Step) -> Action | None:
        from phase_mirror.repository.workflows.facts import LOCAL  # noqa: PLC0415 - only when asked for

        reference = step.reference
        return self.action(reference.path) if reference and reference.kind == LOCAL else None

    @cached_property
    def codeowners(self) -> Codeowners | None:
        """The CODEOWNERS file that counts, None without one."""
        from phase_mirror.repository.codeowners import find_codeowners, read_codeowners  # noqa: PLC0415 - as above

        for path in find_codeowners(self.files):
            text = self.text(path)
            return None if text is None else read_codeowners(path, text.text)
        return None

    @cached_property
    def ownership(self) -> Ownership | None:
        """Who owns every file, by the CODEOWNERS file that counts; None without one."""
        from phase_mirror.repository.globs.path_index import PathIndex  # noqa: PLC0415 - only when asked for
        from phase_mirror.repository.ownership import Ownership  # noqa: PLC0415 - as above

        return Ownership(self.codeowners, PathIndex(self.files)) if self.codeowners else None

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """Every merge gate the repository declares, in order of path."""
        from phase_mirror.repository.gates import read_gates  # noqa: PLC0415 - as above

        return read_gates(self)

    def markdown(self, path: str) -> Markdown | None:
        """Return a Markdown file with its links and fences."""
        from phase_mirror.repository.formats.markdown import read_markdown  # noqa: PLC0415 - as above

        text = self.text(path)
        return None if text is None else read_markdown(path, text.text)

    @cached_property
    def default_branch(self) -> str | None:
        """The default branch, None when unknown."""
        return self.setting.default_branch
