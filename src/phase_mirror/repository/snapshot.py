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
    from phase_mirror.repository.source import Entry, Source
    from phase_mirror.repository.workflows.facts import Action, Workflow

    T = TypeVar("T")

WORKFLOWS = ".github/workflows/"
YAML_ENDINGS = (".yml", ".yaml")


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
        self._documents: dict[str, Document | None] = {}
        self._texts: dict[str, Text | None] = {}

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

    def document(self, path: str, *, merge_keys: bool = True) -> Document | None:
        """Return a file read as YAML, JSON or TOML by its ending; None where it cannot be."""
        if path not in self._documents:
            text = self.text(path)
            self._documents[path] = (
                None
                if text is None
                else self.attempt(path, lambda: self._parse(path, text.text, merge_keys=merge_keys))
            )
        return self._documents[path]

    def _parse(self, path: str, text: str, *, merge_keys: bool) -> Document:
        if path.endswith((".json", ".json5")):
            from phase_mirror.repository.formats.json import read_json  # noqa: PLC0415 - only where there is JSON

            return read_json(path, text, limits=self.limits, lenient=path.endswith(".json5"))
        if path.endswith(".toml"):
            from phase_mirror.repository.formats.toml import read_toml  # noqa: PLC0415 - only where there is TOML

            return read_toml(path, text, limits=self.limits)
        from phase_mirror.repository.formats.yaml import read_yaml  # noqa: PLC0415 - only where there is YAML

        return read_yaml(path, text, merge_keys=merge_keys, limits=self.limits)

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
        return [
            path
            for path in self.under(WORKFLOWS.rstrip("/"))
            if path.endswith(YAML_ENDINGS) and "/" not in path[len(WORKFLOWS) :]
        ]

    @cached_property
    def workflows(self) -> dict[str, Workflow]:
        """The workflows that can be read, by path."""
        from phase_mirror.repository.workflows.reader import read_workflow  # noqa: PLC0415 - only when asked for

        found: dict[str, Workflow] = {}
        for path in self.workflow_paths:
            document = self.document(path, merge_keys=False)
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
                return self.actions.get(path)
        return None

    @cached_property
    def actions(self) -> dict[str, Action]:
        """The local actions under `.github` and at the root that can be read, by path, and those workflows use."""
        from phase_mirror.repository.workflows.reader import read_action  # noqa: PLC0415 - only when asked for

        found: dict[str, Action] = {}
        for path in self.action_paths:
            document = self.document(path)
            action = document and self.attempt(path, partial(read_action, document))
            if action:
                found[path] = action
        return found

    @cached_property
    def codeowners(self) -> Codeowners | None:
        """The CODEOWNERS file that counts, None without one."""
        from phase_mirror.repository.codeowners import find_codeowners, read_codeowners  # noqa: PLC0415 - as above

        for path in find_codeowners(self.files):
            text = self.text(path)
            return None if text is None else read_codeowners(path, text.text)
        return None

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
