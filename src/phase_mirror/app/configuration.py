"""Whose configuration applies: `trust.md` in code.

1. `--config` names a file: it applies. Inside the repository it is read from the base of a change; where the base has
   none, or an invalid one, built-in defaults.
2. A change with a readable base: the file at the tip of the base branch. Where that one is invalid, built-in defaults.
3. A change whose base cannot be read: built-in defaults, so that nothing of the change loosens anything.
4. No change: the file of the tree under analysis; where it is invalid, that is the user's error.

Store, region and endpoint are never read here: a repository must not choose where findings go.
"""

from __future__ import annotations

import os

from phase_mirror.config.records import CONFIG_PATHS, Config
from phase_mirror.errors import ConfigurationError, UnreadableError
from phase_mirror.model.record import Record
from phase_mirror.model.span import Span
from phase_mirror.repository.limits import DEFAULT_LIMITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.config.check import Raw
    from phase_mirror.model.exemption import Exemption
    from phase_mirror.model.weakening import Weakening
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.governance import GovernanceChange


_NO_BASE = "The base cannot be read, so built-in defaults apply."


class Chosen(Record):
    """The configuration in force.

    Attributes:
        config: what applies.
        origin: `head`, `base`, `user` or `defaults`.
        notices: sentences for the report.
        named: the file of `--config` where it lies inside the repository, else empty.
    """

    config: Config
    origin: str
    notices: tuple[str, ...] = ()
    named: str = ""


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
        config = load(read(path), [rule.META for rule in RULES], read)
    except UnreadableError as error:
        line = snapshot.unreadable[path].line if path in snapshot.unreadable else 0
        raise ConfigurationError(error.what, where=f"{path}:{line}" if line else path, then="mend the file") from error
    if config.redaction:
        from phase_mirror.redaction.redactor import Redactor  # noqa: PLC0415 - only with patterns of one's own

        Redactor([(pattern.name, pattern.regex) for pattern in config.redaction])  # refuses what could be slow
    return config


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
        return Chosen(Config(), "defaults", (_NO_BASE,))  # 3
    try:
        path = config_path_of(tree)
        return Chosen(configuration_of(tree), "base" if path else "defaults")  # 2
    except ConfigurationError as error:
        return Chosen(Config(), "defaults", (_invalid(error),))


def _named(named: str, tree: Snapshot | None, root: str, *, is_change: bool) -> Chosen:
    note = ("The configuration was named by --config or PHASE_MIRROR_CONFIG.",) if is_change else ()
    path = inside(named, root)
    if not path:
        return Chosen(_outside(named), "user", note)
    if not is_change:
        if tree is None:
            raise ConfigurationError("no tree to read it from", where=named)
        return Chosen(read_config(tree, path), "user", note, path)
    if tree is None:
        return Chosen(Config(), "defaults", (_NO_BASE,), path)
    if path not in tree.files:
        notice = f"The base branch has no {path}, so built-in defaults apply."
        return Chosen(Config(), "defaults", (*note, notice), path)
    try:
        return Chosen(read_config(tree, path), "user", note, path)
    except ConfigurationError as error:
        return Chosen(Config(), "defaults", (*note, _invalid(error)), path)


def _invalid(error: ConfigurationError) -> str:
    return f"The configuration on the base branch is invalid, so built-in defaults apply: {error.sentence()}"


def inside(named: str, root: str) -> str:
    """Return a named file relative to the repository, empty when it lies elsewhere.

    The names decide, not where symbolic links lead: those of a hostile change could lead to any file of the machine.
    """
    path = os.path.abspath(named)
    for top in (os.path.abspath(root), os.path.realpath(root)):
        if path.startswith(top.rstrip(os.sep) + os.sep):
            return os.path.relpath(path, top).replace(os.sep, "/")
    return ""


def _outside(named: str) -> Config:
    """Read a file of the user, which lies in no repository under analysis."""
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
    return read_config(Tree(MemoryTree({name: data})), name)


def weakenings_of(head: Snapshot, tip: Snapshot, before: Snapshot | None = None, path: str = "") -> GovernanceChange:
    """Return what a change does to the tool's own configuration.

    Args:
        head: the tree the change leaves.
        tip: the tip of the base branch.
        before: the merge base where it is another tree; what is no weaker than there, the change did not weaken.
        path: the file that `--config` names inside the repository, empty for the usual ones.
    """
    from phase_mirror.rules.governance import GovernanceChange  # noqa: PLC0415 - only where there is a base

    other = before if before is not tip else None
    if not any(_path(tree, path) for tree in (head, tip)):
        return GovernanceChange(before=other)
    after = _read(head, path)
    if isinstance(after, ConfigurationError):
        return _made_invalid(after, head, tip if other is None else other, path).replace(before=other)
    found = _weaker(tip, after, path)
    if other is not None and found:
        also = {weakening.key for weakening in _weaker(other, after, path)}
        found = [weakening for weakening in found if weakening.key in also]
    return GovernanceChange(tuple(found), before=other)


def _path(tree: Snapshot, path: str) -> str | None:
    return (path if path in tree.files else None) if path else config_path_of(tree)


def _read(tree: Snapshot, path: str) -> Config | ConfigurationError:
    """Return the configuration of a tree, or why it is invalid."""
    found = _path(tree, path)
    try:
        return Config() if found is None else read_config(tree, found)
    except ConfigurationError as error:
        return error


def _weaker(base: Snapshot, after: Config, path: str) -> list[Weakening]:
    from phase_mirror.config.weaken import weakenings  # noqa: PLC0415 - only where there is a configuration
    from phase_mirror.rules.registry import RULES  # noqa: PLC0415 - as above

    before = _read(base, path)
    if isinstance(before, ConfigurationError):
        return []  # the base's own file is invalid: whatever mends it may merge
    return weakenings(before, after, [rule.META for rule in RULES])


def _made_invalid(error: ConfigurationError, head: Snapshot, base: Snapshot, path: str) -> GovernanceChange:
    """Return the mistakes of a file that the change leaves invalid; nothing where it was so before, word for word."""
    from phase_mirror.config.load import InvalidConfigurationError  # noqa: PLC0415 - only on the way to a finding
    from phase_mirror.rules.governance import GovernanceChange  # noqa: PLC0415 - as above

    before = _read(base, path)
    if isinstance(before, ConfigurationError) and before.sentence() == error.sentence():
        return GovernanceChange()
    at = error.problems[0].span if isinstance(error, InvalidConfigurationError) else None
    return GovernanceChange((), error.sentence(), at or Span.of_file(_path(head, path) or ""))


def exemptions_of(tree: Snapshot, path: str = "") -> tuple[Exemption, ...]:
    """Return the exemptions that the configuration of a tree declares; none where it is invalid."""
    config = _read(tree, path)
    return () if isinstance(config, ConfigurationError) else config.exemptions


def _raw(document: Document) -> Raw:
    from phase_mirror.config.check import Raw as Plain  # noqa: PLC0415 - only with a configuration file
    from phase_mirror.repository.formats.plain import plain  # noqa: PLC0415 - as above

    value, spans, keys = plain(document)
    return Plain(document.path, value, spans, keys)
