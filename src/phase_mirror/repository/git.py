"""The only place that runs git, hardened against a hostile repository.

A repository's own configuration can name programs that git runs (monitors, hooks, filters, text conversion, remote
helpers in lazy fetches). So only commands that read are allowed, every such setting is overridden, the environment is
scrubbed, and each call has a time limit and a bound on its output. Folder and work tree are named outright: git looks
for neither, so a broken repository is not mistaken for the one around it, and `core.worktree` moves nothing.

Sources: https://git-scm.com/docs/git-config and https://git-scm.com/docs/git#_environment_variables
"""

from __future__ import annotations

import os
import stat
from functools import cached_property

from phase_mirror.errors import BaseUnavailableError, RepositoryError, UsageError
from phase_mirror.repository.objects import Objects
from phase_mirror.repository.process import ProcessError, find_program, run_bounded, search_path, temporary_folder

SECONDS = 20.0
"""The longest one git call may take."""

MOST_OUTPUT = 512 * 1024 * 1024
"""The most one git call may print (bytes): a listing of a million files at their longest usual names."""

READING = frozenset({"cat-file", "config", "ls-files", "ls-tree", "merge-base", "rev-parse", "symbolic-ref"})
"""Commands that read and run nothing of the repository's; `config` and `symbolic-ref` only in their reading forms."""

_OVERRIDES = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=",
    "core.sshCommand=false",
    "core.askPass=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "credential.helper=",
    "diff.external=",
    "protocol.allow=never",
    "submodule.recurse=false",
)

_LONGEST_REF = 4096
"""Bytes of a file that holds a ref."""

_LONGEST_CONFIG = 65_536
"""Bytes of a configuration of git's that is read without git."""

_HASH_LENGTHS = (40, 64)
"""Hex digits of a commit id: SHA-1 and SHA-256."""


class GitFailedError(RepositoryError):
    """A git command failed.

    Attributes:
        code: its exit status; negative for a signal, and for a time limit or bound of ours.
    """

    def __init__(self, what: str, *, where: str = "", then: str = "", code: int = 1) -> None:
        super().__init__(what, where=where, then=then)
        self.code = code


def find_root(path: str) -> tuple[str, bool]:
    """Return the top of the repository that holds a path, and whether it is a git repository.

    A folder outside any git repository is its own root. A bare repository is its own root, too.
    """
    folder = os.path.realpath(path)
    current = folder
    while True:
        if os.path.lexists(os.path.join(current, ".git")) or _is_bare(current):
            return current, True
        parent = os.path.dirname(current)
        if parent == current:
            return folder, False
        current = parent


def _is_bare(folder: str) -> bool:
    names = ("HEAD", "objects", "refs")
    return all(os.path.exists(os.path.join(folder, name)) for name in names)


class Git:
    """Git in one repository.

    Args:
        directory: the top of the work tree, or a bare repository.
        folder: git's own folder where it lies elsewhere.
    """

    def __init__(self, directory: str, folder: str | None = None) -> None:
        self.directory = os.path.realpath(directory)
        inside = os.path.join(self.directory, ".git")
        self.bare = folder is None and not os.path.lexists(inside)
        self.folder = folder or (self.directory if self.bare else inside)
        self._commits: dict[str, str] = {}

    # -- processes ----------------------------------------------------------------------------------------------------

    def run(self, *arguments: str, data: bytes = b"") -> bytes:
        """Run one reading command and return its output.

        Args:
            arguments: the command and its arguments; never text that could be taken for an option.
            data: what it reads from stdin.

        Raises:
            ValueError: the command is not one of the reading ones.
            GitFailedError: it failed, took too long, or printed too much.
            RepositoryError: git is not installed.
        """
        name = arguments[0]
        if name not in READING or (name == "config" and arguments[1] != "--get"):
            raise ValueError(f"git {name} is not allowed here")
        command = self.command(*arguments)
        try:
            code, output, errors = run_bounded(command, self.environment(), data, SECONDS, MOST_OUTPUT)
        except ProcessError as error:
            raise GitFailedError(f"git {name} was stopped: {error.what}", where=self.directory, code=-1) from error
        if code:
            said = errors.decode("utf-8", "replace").strip().splitlines()
            what = f"git {name} failed: {said[0] if said else f'exit status {code}'}"
            raise GitFailedError(what, where=self.directory, then="check it with: git status", code=code)
        return output

    def command(self, *arguments: str) -> list[str]:
        """Return the whole command line, with every setting a hostile configuration could use overridden.

        Raises:
            RepositoryError: git is not installed.
        """
        program = find_program("git")
        if program is None:
            raise RepositoryError("git is not installed", then="install it with your package manager")
        overrides = [word for setting in (*_OVERRIDES, f"safe.directory={self.directory}") for word in ("-c", setting)]
        return [program, "--no-pager", *overrides, "-C", self.directory, *arguments]

    def environment(self) -> dict[str, str]:
        """Return the scrubbed environment; nothing of ours but the search path is handed on."""
        variables = {
            "PATH": search_path(),
            "HOME": "/nonexistent",
            "LC_ALL": "C",
            "GIT_ALLOW_PROTOCOL": "none",  # beats `protocol.<name>.allow` in the repository
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_DIR": self.folder,
            "GIT_GRAFT_FILE": "/nonexistent",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_PROTOCOL_FROM_USER": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }
        return variables if self.bare else {**variables, "GIT_WORK_TREE": self.directory}

    @cached_property
    def objects(self) -> Objects:
        """The blobs; their process is started by the first read and ended by `close`."""
        return Objects(self.command("cat-file", "--batch"), self.environment(), SECONDS)

    def close(self) -> None:
        """End the process that reads blobs, if there is one."""
        if "objects" in self.__dict__:
            self.objects.close()

    # -- commits ------------------------------------------------------------------------------------------------------

    def has_commit(self) -> bool:
        """Say whether there is any commit.

        Raises:
            RepositoryError: git refuses to read the repository.
        """
        return self._commit("HEAD") is not None

    def resolve(self, ref: str) -> str:
        """Return the commit id of a branch, tag or commit; a branch may be one of `origin` alone.

        Raises:
            UsageError: there is no such commit.
            BaseUnavailableError: there is none, but the clone is shallow, so it may exist elsewhere.
            RepositoryError: git refuses to read the repository.
        """
        if not ref or ref.startswith("-") or any(character in ref for character in "\0\n"):
            raise UsageError(f"not a commit: {ref!r}", then="name a branch, tag or commit")
        found = self._commit(ref) or self._commit(f"origin/{ref}")
        if found:
            return found
        if self.shallow():
            raise BaseUnavailableError(
                f"the commit '{ref}' is not in this shallow clone",
                then=f"fetch it: git fetch --depth=50 origin {ref}, or set fetch-depth: 2 in actions/checkout",
            )
        raise UsageError(f"there is no commit '{ref}'", where=self.directory, then="see: git branch --all")

    def _commit(self, name: str) -> str | None:
        """Return the commit a name stands for, None when there is none; found ones are remembered."""
        if name == "HEAD" and name not in self._commits and (commit := self._head()):
            self._commits[name] = commit
        if name not in self._commits:
            try:
                said = self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
            except GitFailedError as error:
                if error.code != 1:
                    raise
                return None
            self._commits[name] = said.decode("ascii").strip()
        return self._commits[name]

    def _head(self) -> str | None:
        """Return the commit that is checked out, where git keeps it in plain files: that saves a process."""
        if not self._keeps_files():
            return None
        data = _read_small(os.path.join(self.folder, "HEAD"))
        if data is not None and data.startswith(b"ref: refs/heads/") and b".." not in data:
            data = _read_small(os.path.join(self.folder, _text(data[5:])))
        text = _text(data) if data is not None else ""
        return text if len(text) in _HASH_LENGTHS and not text.strip("0123456789abcdef") else None

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor of two commits, None when this clone's history does not reach one."""
        try:
            return self.run("merge-base", one, other).decode("ascii").strip() or None
        except GitFailedError:
            return None

    def shallow(self) -> bool:
        """Say whether history was cut off when it was cloned."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    # -- names --------------------------------------------------------------------------------------------------------

    def default_branch(self) -> str | None:
        """Return the default branch as the clone recorded it, else a current branch whose name is the usual one."""
        target = self._symbolic("refs/remotes/origin/HEAD")
        if target is not None and target.startswith("refs/remotes/origin/"):
            return target.removeprefix("refs/remotes/origin/")
        branch = (self._symbolic("HEAD") or "").removeprefix("refs/heads/")
        return branch if branch and (self.bare or branch in {"main", "master", "trunk"}) else None

    def _symbolic(self, name: str) -> str | None:
        """Return what a symbolic ref points to: from its file where git keeps one, which saves a process."""
        if self._keeps_files():
            data = _read_small(os.path.join(self.folder, name))
            return None if data is None or not data.startswith(b"ref: ") else _text(data[5:])
        try:
            return _text(self.run("symbolic-ref", "--quiet", name))
        except GitFailedError:
            return None

    def _keeps_files(self) -> bool:
        """Say whether refs lie in files of this very folder."""
        has_files = os.path.isdir(os.path.join(self.folder, "refs", "heads"))
        return has_files and not os.path.lexists(os.path.join(self.folder, "reftable"))

    def slug(self) -> str:
        """Return `owner/name` of the remote `origin` on a host, empty when there is none."""
        plain = self._plain_origin()
        if plain is not None:
            return slug_of(plain)
        try:
            return slug_of(_text(self.run("config", "--get", "remote.origin.url")))
        except GitFailedError:
            return ""

    def _plain_origin(self) -> str | None:
        """Return the address of `origin` where git's configuration says it in the plainest way: that saves a process.

        None where it takes git to read it: another file is included, or a value is quoted, continued or commented.
        """
        data = _read_small(os.path.join(self.folder, "config"), _LONGEST_CONFIG)
        if data is None or len(data) == _LONGEST_CONFIG or b"include" in data.lower() or b"\\" in data:
            return None
        found: list[str] = []
        section = ""
        for line in _text(data).splitlines():
            text = line.strip()
            if text.startswith("["):
                section = text
            key, equals, value = text.partition("=")
            if section == '[remote "origin"]' and equals and key.strip().lower() == "url":
                found.append(value.strip())
        if len(found) != 1 or any(sign in found[0] for sign in '"#;'):
            return None
        return found[0]


class EmptyRepository:
    """A repository without anything in it, beside a work tree that has none: git lists that by its own rules.

    Args:
        directory: the top of the work tree.

    Raises:
        OSError: on entry: there is no room for temporary files.
    """

    def __init__(self, directory: str) -> None:
        self.folder = os.path.join(temporary_folder(), f"phase-mirror-{os.urandom(8).hex()}")
        self.git = Git(directory, self.folder)

    def __enter__(self) -> Git:
        os.mkdir(self.folder, 0o700)
        for name in ("objects", "refs"):
            os.mkdir(os.path.join(self.folder, name), 0o700)
        with open(os.path.join(self.folder, "HEAD"), "w", encoding="ascii") as file:
            file.write("ref: refs/heads/none\n")
        return self.git

    def __exit__(self, *_: object) -> None:
        os.unlink(os.path.join(self.folder, "HEAD"))
        for name in ("objects", "refs", ""):
            os.rmdir(os.path.join(self.folder, name))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").strip()


def _read_small(path: str, most: int = _LONGEST_REF) -> bytes | None:
    """Return the content of a small regular file of git's own, None when there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return os.read(descriptor, most) if regular else None
    finally:
        os.close(descriptor)


def slug_of(address: str) -> str:
    """Return `owner/name` of a remote address, without credentials; empty for a local path."""
    if "://" in address:
        place = address.partition("://")[2].partition("/")[2] if not address.startswith("file:") else ""
    else:
        host, colon, place = address.partition(":")
        place = place if colon and "/" not in host else ""
    parts = place.strip("/").removesuffix(".git").split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 else ""
