"""The checks of `phase-mirror doctor`: installation, repository, configuration, cache."""

from __future__ import annotations

import os
import sys

from phase_mirror.app.analyze import Options, cache_directory, open_trees
from phase_mirror.app.configuration import choose, config_path_of
from phase_mirror.app.environment import read_environment
from phase_mirror.errors import PhaseMirrorError
from phase_mirror.model.levels import Mode
from phase_mirror.model.record import Record
from phase_mirror.redaction.redactor import Redactor
from phase_mirror.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.app.analyze import Trees
    from phase_mirror.app.environment import Environment


class Check(Record):
    """One check.

    Attributes:
        name: what was looked at.
        result: `ok`, `note` or `fail`.
        text: what was found.
        then: the next step, empty when there is nothing to do.
    """

    name: str
    result: str
    text: str
    then: str = ""


def examine(path: str) -> list[Check]:
    """Return every check of an installation on a repository."""
    redact = Redactor().redact
    return [check.replace(text=redact(check.text).value, then=redact(check.then).value) for check in _checks(path)]


def _checks(path: str) -> Iterator[Check]:
    environment = read_environment()
    yield from _installation()
    try:
        trees = open_trees(path, Options(), environment, Mode.LOCAL)
    except PhaseMirrorError as error:
        yield Check("repository", "fail", error.what, error.then)
        return
    yield from _repository(trees)
    yield _configuration(trees, environment)
    yield _cache(environment)


def _installation() -> Iterator[Check]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Check("phase-mirror", "ok", f"{__version__} on {sys.implementation.name} {version}, {sys.platform}")
    from phase_mirror.repository.formats.yaml import COMPILED  # noqa: PLC0415 - parses nothing else here

    if COMPILED:
        yield Check("yaml", "ok", "libyaml parser")
    else:
        then = "install a PyYAML wheel for this platform: pip install --only-binary :all: PyYAML"
        yield Check("yaml", "note", "pure Python parser: the same result, about twenty times slower", then)
    from phase_mirror import l0  # noqa: PLC0415 - as above

    if l0.form() == "compiled":
        yield Check("invariants", "ok", "l0 is compiled")
    else:
        then = "where each check must cost nothing, install a wheel for this platform; PHASE_MIRROR_PURE must be unset"
        yield Check("invariants", "ok", "l0 is plain Python: the same answers, slower", then)
    try:
        import rich  # noqa: F401, PLC0415 - looks whether the extra is there

        yield Check("colour", "ok", "rich is installed")
    except ImportError:
        yield Check("colour", "note", "plain output: rich is not installed", "pip install 'phase-mirror[color]'")


def _repository(trees: Trees) -> Iterator[Check]:
    head = trees.head
    kind = "git repository" if trees.git else "folder without git"
    yield Check("repository", "ok", f"{kind} with {len(head.files)} files, {len(head.workflow_paths)} workflows")
    if trees.git:
        branch = head.default_branch
        if branch:
            yield Check("default branch", "ok", branch)
        else:
            then = "git remote set-head origin --auto"
            yield Check("default branch", "note", "unknown: gates on the default branch cannot be placed", then)
        if trees.git.shallow():
            then = "fetch more: git fetch --unshallow, or fetch-depth: 2 in actions/checkout"
            yield Check("history", "note", "shallow clone: the base of a change may be missing", then)
    gates = head.gates
    found = f"{len(gates)} declared in {', '.join(sorted({gate.path for gate in gates}))}" if gates else "none declared"
    yield Check("merge gates", "ok" if gates else "note", found)
    owners = head.codeowners
    yield Check("code owners", "ok" if owners else "note", owners.path if owners else "no CODEOWNERS file")
    for entry in head.unreadable.values():
        yield Check("unreadable", "note", f"{entry.path}: {entry.reason}")


def _configuration(trees: Trees, environment: Environment) -> Check:
    named = environment.variables.get("PHASE_MIRROR_CONFIG", "")
    try:
        choose(trees.head, None, root=trees.root, is_change=False, named=named)
    except PhaseMirrorError as error:
        return Check("configuration", "fail", error.what, error.then or "phase-mirror config validate")
    path = named or config_path_of(trees.head)
    return Check("configuration", "ok", f"{path} is valid" if path else "built-in defaults (no file)")


def _cache(environment: Environment) -> Check:
    directory = cache_directory(environment)
    if directory is None:
        return Check("cache", "note", "off: neither HOME nor XDG_CACHE_HOME is set")
    existing = directory
    while not os.path.exists(existing):
        existing = os.path.dirname(existing)
    if os.access(existing, os.W_OK):
        return Check("cache", "ok", directory)
    return Check(
        "cache", "note", f"off: {directory} cannot be written", "set XDG_CACHE_HOME to a folder you can write to"
    )
