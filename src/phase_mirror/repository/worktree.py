"""A work tree as a source: what git tracks or would track, read from disk, never followed out of the tree."""

from __future__ import annotations

import errno
import os
import stat

from phase_mirror.errors import RepositoryError, UnreadableError
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits
from phase_mirror.repository.links import follow
from phase_mirror.repository.source import EXECUTABLE, FILE, KINDS, LINK, SUBMODULE, Entry, too_large

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.git import Git

_SKIPPED, _REMOVED, _OTHER = b"S ", b"R ", b"? "
"""Tags of `git ls-files -t`: left out of a sparse checkout, tracked but gone from disk, not tracked."""


class WorkTree:
    """The files of a work tree.

    Args:
        root: its top.
        limits: bounds on reading.
        git: lists the files. Outside any repository git is asked all the same, so that its rules for what is ignored
            hold; where it is not installed, everything but `.git` is listed.
    """

    def __init__(self, root: str, limits: Limits = DEFAULT_LIMITS, *, git: Git | None = None) -> None:
        self.root = os.path.realpath(root)
        self.limits = limits
        self.git = git
        self._sparse: set[str] = set()

    # -- listing ------------------------------------------------------------------------------------------------------

    def entries(self) -> dict[str, Entry]:
        """Return tracked files that exist, and untracked ones that are not ignored; sorted by path.

        Raises:
            RepositoryError: the tree cannot be listed, or has more files than the limit.
        """
        found = self._listed(self.git) if self.git else self._without_git()
        if len(found) > self.limits.files:
            raise self._too_many()
        return dict(sorted(found.items()))

    def _too_many(self) -> RepositoryError:
        then = "analyze a smaller repository"
        return RepositoryError(f"more than {self.limits.files} files", where=self.root, then=then)

    def _listed(self, git: Git) -> dict[str, Entry]:
        """Return what one call of git lists: tracked files, then again those that are gone, and untracked ones."""
        found: dict[str, Entry] = {}
        listing = git.run("ls-files", "-z", "-t", "--stage", "--deleted", "--others", "--exclude-standard")
        for line in listing.split(b"\0"):
            tag = line[:2]
            if tag == _OTHER:
                path = line[2:].decode("utf-8", "surrogateescape")
                kind = self._kind(path)
                if kind is not None:
                    found[path] = Entry(path, kind)
            elif line:
                meta, _, name = line.partition(b"\t")
                path = name.decode("utf-8", "surrogateescape")
                kind = KINDS.get(meta[2:8], FILE)
                if tag == _SKIPPED:
                    self._sparse.add(path)
                if tag != _REMOVED:
                    found[path] = Entry(path, kind)
                elif kind != SUBMODULE:  # one that is not checked out is still there for us
                    found.pop(path, None)
        return found

    def _kind(self, path: str) -> str | None:
        """Return the kind of an untracked path; None for a nested repository and for what is gone already."""
        if path.endswith("/"):
            return None
        try:
            mode = os.lstat(os.path.join(self.root, path)).st_mode
        except OSError:
            return None
        if stat.S_ISLNK(mode):
            return LINK
        return EXECUTABLE if mode & 0o111 else FILE

    def _without_git(self) -> dict[str, Entry]:
        """List a folder outside any repository: by git with an empty repository beside it, else by a walk."""
        from phase_mirror.repository.git import EmptyRepository  # noqa: PLC0415 - only outside of repositories

        try:
            with EmptyRepository(self.root) as git:
                return self._listed(git)
        except (RepositoryError, OSError):
            return dict(self._walk())

    def _walk(self) -> Iterator[tuple[str, Entry]]:
        stack = [""]
        count = 0
        while stack:
            folder = stack.pop()
            try:
                inside = list(os.scandir(os.path.join(self.root, folder)))
            except OSError:
                continue  # a folder that cannot be listed has no facts; its files are not there for us
            for entry in inside:
                path = f"{folder}/{entry.name}" if folder else entry.name
                count += 1
                if count > self.limits.files:
                    raise self._too_many()
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != ".git":
                        stack.append(path)
                elif entry.is_symlink() or entry.is_file():
                    yield path, Entry(path, self._kind(path) or FILE)

    # -- reading ------------------------------------------------------------------------------------------------------

    def read(self, path: str) -> bytes:
        """Return the content of a file; links inside the tree are followed.

        Raises:
            UnreadableError: missing, too large, not a regular file, a link out of the tree or in a circle, denied.
        """
        try:
            return self._content(path)
        except OSError as error:
            if error.errno == errno.ENOENT and path in self._sparse:
                then = "check it out: git sparse-checkout disable"
                raise UnreadableError("not checked out here", where=path, then=then) from error
            raise UnreadableError(f"cannot be read: {error.strerror}", where=path) from error
        except ValueError as error:  # a null character in a path or in the target of a link
            raise UnreadableError("no such file", where=path) from error

    def _content(self, path: str) -> bytes:
        """Read a file whose every folder is opened as a folder and whose kind is checked before and after opening."""
        *folders, name = follow(path, self._link).split("/")
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        folder = os.open(self.root, flags | os.O_DIRECTORY)
        try:
            for part in folders:  # one at a time, so that no link swapped in meanwhile leads out of the tree
                inner = os.open(part, flags | os.O_DIRECTORY, dir_fd=folder)
                os.close(folder)
                folder = inner
            _check(os.stat(name or ".", dir_fd=folder, follow_symlinks=False), path, self.limits)
            descriptor = os.open(name, flags | os.O_NONBLOCK, dir_fd=folder)
        finally:
            os.close(folder)
        try:
            _check(os.fstat(descriptor), path, self.limits)
            return _read_all(descriptor, path, self.limits)
        finally:
            os.close(descriptor)

    def _link(self, path: str) -> str | None:
        """Return the target of a link, None where there is none."""
        try:
            return os.readlink(os.path.join(self.root, path))
        except OSError:
            return None


def _check(info: os.stat_result, path: str, limits: Limits) -> None:
    if stat.S_ISDIR(info.st_mode):
        raise UnreadableError("a directory", where=path)
    if not stat.S_ISREG(info.st_mode):
        raise UnreadableError("not a regular file", where=path)
    if info.st_size > limits.file_bytes:
        raise too_large(path, info.st_size, limits)


def _read_all(descriptor: int, path: str, limits: Limits) -> bytes:
    """Return what a file holds; it may have grown since it was asked for its size."""
    chunks: list[bytes] = []
    size = 0
    while chunk := os.read(descriptor, 1 << 20):
        chunks.append(chunk)
        size += len(chunk)
        if size > limits.file_bytes:
            raise too_large(path, size, limits)
    return b"".join(chunks)
