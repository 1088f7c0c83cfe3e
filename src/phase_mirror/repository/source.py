"""Where the files of one tree come from: a work tree or a git commit."""

from __future__ import annotations

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from phase_mirror.repository.limits import Limits
else:
    Protocol = object

FILE = "file"
EXECUTABLE = "executable"
LINK = "link"
SUBMODULE = "submodule"


class Entry(Record):
    """One path of a tree.

    Attributes:
        path: relative to the root, `/` between the parts; bytes that are not UTF-8 are kept as surrogate escapes.
        kind: FILE, EXECUTABLE, LINK or SUBMODULE.
        blob: the git object id where the source knows it for this very content, else empty.
    """

    path: str
    kind: str = FILE
    blob: str = ""


class Source(Protocol):
    """The files of one tree, read at most once each."""

    limits: Limits

    def entries(self) -> dict[str, Entry]:
        """Return every path of the tree, sorted by path.

        Raises:
            RepositoryError: the tree cannot be listed, or lists more than the limit.
        """

    def read(self, path: str) -> bytes:
        """Return the content of a file; a symbolic link that stays inside the tree is followed.

        Raises:
            UnreadableError: missing, too large, not a regular file, a link out of the tree or in a circle, denied.
        """
