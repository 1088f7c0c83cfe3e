"""Whose configuration applies: `trust.md` in code.

1. `--config` names a file: it applies (inside the repository it is read from the base of a change).
2. A change with a readable base: the file at the tip of the base branch. Where that one is invalid, built-in defaults.
3. A change whose base cannot be read: built-in defaults, so that nothing of the change loosens anything.
4. No change: the file of the tree under analysis; where it is invalid, that is the user's error.

Store, region and endpoint are never read here: a repository must not choose where findings go.
"""

from __future__ import annotations

import os

from phase_mirror.config.records import CONFIG_PATHS, Config
from phase_mirror.errors import ConfigurationError, PhaseMirrorError, UnreadableError
from phase_mirror.model.record import Record
from phase_mirror.repository.limits import DEFAULT_LIMITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.config.check import Raw
    from phase_mirror.model.weakening import Weakening
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.snapshot import Snapshot


class Chosen(Record):
    """The configuration in force.

    Attributes:
        config: what applies.
        origin: `head`, `base`, `user` or `defaults`.
        notices: sentences for the report.
    """

    config: Config
    origin: str
    notices: tuple[str, ...] = ()


def config_path_of(snapshot: Snapshot) -> str | None:
    """Return the path of the configuration file of a tree, None without one."""
    return next((path for path in CONFIG_PATHS if path in snapshot.files), None)


def configuration_of(snapshot: Snapshot) -> Config:
    """Return the configuration of a tree; the defaults without a file.

    Raises:
        ConfigurationError: the file is invalid.
    """
    path = config_path_of(snapshot)
    return Config() if path is None else read_config(snapshot, path)


def read_config(snapshot: Snapshot, path: str) -> Config:
    """Read one file of a tree as configuration, and what it extends.

    Raises:
        ConfigurationError: it is invalid or cannot be read.
    """
    from phase_mirror.config.load import load  # noqa: PLC0415 - only with a configuration file
    from phase_mirror.rules.registry import RULES  # noqa: PLC0415 - as above

    def read(other: str) -> Raw:
        document = snapshot.document(other)
        if document is None:
            entry = snapshot.unreadable.get(other)
            raise UnreadableError(entry.reason if entry else "no such file", where=other)
        return _raw(document)

    try:
        return load(read(path), [rule.META for rule in RULES], read)
    except UnreadableError as error:
        line = snapshot.unreadable[path].line if path in snapshot.unreadable else 0
        raise ConfigurationError(error.what, where=f"{path}:{line}" if line else path, then="mend the file") from error


def choose(head: Snapshot, tip: Snapshot | None, *, root: str, is_change: bool, named: str = "") -> Chosen:
    """Return the configuration that applies.

    Args:
        head: the tree under analysis.
        tip: the tip of the base branch, None when there is none or it cannot be read.
        root: of the repository on disk, to tell whether `named` lies inside.
        is_change: the run judges a change, whose author must not set the rules.
        named: the file of `--config` or `PHASE_MIRROR_CONFIG`.

    Raises:
        ConfigurationError: the user's own file, or that of the tree outside a change, is invalid.
    """
    tree = tip if is_change else head
    if named:
        return _named(named, tree, root, is_change=is_change)  # 1
    if not is_change:
        path = config_path_of(head)
        return Chosen(configuration_of(head), "head" if path else "defaults")  # 4
    if tree is None:
        return Chosen(Config(), "defaults", ("The base cannot be read, so built-in defaults apply.",))  # 3
    try:
        path = config_path_of(tree)
        return Chosen(configuration_of(tree), "base" if path else "defaults")  # 2
    except ConfigurationError as error:
        notice = f"The configuration on the base branch is invalid, so built-in defaults apply: {error.sentence()}"
        return Chosen(Config(), "defaults", (notice,))


def _named(named: str, tree: Snapshot | None, root: str, *, is_change: bool) -> Chosen:
    inside = os.path.relpath(os.path.realpath(named), os.path.realpath(root)) if root else ".."
    note = ("The configuration was named by --config or PHASE_MIRROR_CONFIG.",) if is_change else ()
    if not inside.startswith("..") and tree is not None:
        return Chosen(read_config(tree, inside.replace(os.sep, "/")), "user", note)
    if not inside.startswith("..") and is_change:
        return Chosen(Config(), "defaults", ("The base cannot be read, so built-in defaults apply.",))
    from phase_mirror.repository.memory import MemoryTree  # noqa: PLC0415 - a file outside any repository
    from phase_mirror.repository.snapshot import Snapshot as Tree  # noqa: PLC0415 - as above

    name = os.path.basename(named)
    try:
        with open(named, "rb") as file:
            data = file.read(DEFAULT_LIMITS.file_bytes + 1)
    except OSError as error:
        raise ConfigurationError(
            f"cannot be read: {error.strerror}", where=named, then="write one with: phase-mirror init"
        ) from error
    return Chosen(read_config(Tree(MemoryTree({name: data})), name), "user", note)


class GovernanceChange(Record):
    """What a change does to the tool's own configuration; the input of MD-409 beside the facts.

    Attributes:
        weakenings: settings that differ.
        invalid: why the head's file would be invalid, empty when it is valid.
    """

    weakenings: tuple[Weakening, ...] = ()
    invalid: str = ""


def weakenings_of(head: Snapshot, tip: Snapshot) -> GovernanceChange:
    """Return what a change does to the tool's own configuration."""
    paths = {config_path_of(head), config_path_of(tip)} - {None}
    if not paths:
        return GovernanceChange()
    from phase_mirror.config.weaken import weakenings  # noqa: PLC0415 - only where there is a configuration
    from phase_mirror.rules.registry import RULES  # noqa: PLC0415 - as above

    try:
        after = configuration_of(head)
    except PhaseMirrorError as error:
        return GovernanceChange((), error.sentence())
    try:
        before = configuration_of(tip)
    except PhaseMirrorError:
        return GovernanceChange()  # the base's own file is invalid: whatever mends it may merge
    return GovernanceChange(tuple(weakenings(before, after, [rule.META for rule in RULES])))


def _raw(document: Document) -> Raw:
    from phase_mirror.config.check import Raw as Plain  # noqa: PLC0415 - only with a configuration file
    from phase_mirror.repository.formats.plain import plain  # noqa: PLC0415 - as above

    value, spans, keys = plain(document)
    return Plain(document.path, value, spans, keys)
