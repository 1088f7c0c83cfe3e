"""A git commit as a source: read from objects, without a checkout."""

from __future__ import annotations

from phase_mirror.errors import RepositoryError, UnreadableError
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits
from phase_mirror.repository.links import follow
from phase_mirror.repository.objects import MissingObjectError, TooLargeError
from phase_mirror.repository.process import ProcessError
from phase_mirror.repository.source import FILE, KINDS, LINK, SUBMODULE, Entry, too_large

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.git import Git


class CommitTree:
    """The files of a commit.

    Args:
        git: the repository.
        commit: its id.
        limits: bounds on reading.
    """

    def __init__(self, git: Git, commit: str, limits: Limits = DEFAULT_LIMITS) -> None:
        self.git = git
        self.commit = commit
        self.limits = limits
        self._entries: dict[str, Entry] | None = None

    def entries(self) -> dict[str, Entry]:
        """Return every path of the commit, sorted.

        Raises:
            RepositoryError: the commit cannot be listed, or has more files than the limit.
        """
        if self._entries is None:
            found: dict[str, Entry] = {}
            for line in self.git.run("ls-tree", "-r", "-z", "--full-tree", self.commit).split(b"\0"):
                meta, tab, name = line.partition(b"\t")
                if tab:
                    path = name.decode("utf-8", "surrogateescape")
                    mode, _, blob = meta.split(b" ")
                    found[path] = Entry(path, KINDS.get(mode, FILE), blob.decode("ascii"))
            if len(found) > self.limits.files:
                raise RepositoryError(f"more than {self.limits.files} files", where=self.commit)
            self._entries = dict(sorted(found.items()))
        return self._entries

    def read(self, path: str) -> bytes:
        """Return the content of a file; links inside the tree are followed.

        Raises:
            UnreadableError: missing, too large, a submodule, a link out of the tree or in a circle, an object that a
                partial clone lacks.
        """
        entry = self.entries().get(path)
        if entry is None or entry.kind == LINK:
            target = follow(path, self._link)
            entry = self.entries().get(target)
            if entry is None:
                what = "no such file" if target == path else "a link to a file that is not there"
                raise UnreadableError(what, where=path)
        if entry.kind == SUBMODULE:
            raise UnreadableError("a submodule", where=path)
        return self._blob(entry, path)

    def _link(self, path: str) -> str | None:
        """Return the target of a link, None where there is none."""
        entry = self.entries().get(path)
        return self._blob(entry, path).decode("utf-8", "surrogateescape") if entry and entry.kind == LINK else None

    def _blob(self, entry: Entry, path: str) -> bytes:
        try:
            return self.git.objects.blob(entry.blob, self.limits.file_bytes)
        except TooLargeError as error:
            raise too_large(path, error.size, self.limits) from error
        except MissingObjectError as error:
            raise UnreadableError(error.what, where=path, then="fetch it: git fetch --refetch") from error
        except ProcessError as error:
            raise UnreadableError(error.what, where=path, then="check it with: git fsck") from error

    def close(self) -> None:
        """End the process that reads blobs; the next read starts another."""
        self.git.close()
