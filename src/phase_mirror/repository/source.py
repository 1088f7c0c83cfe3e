"""Where the files of one tree come from: a work tree or a git commit."""

from __future__ import annotations

from phase_mirror.errors import UnreadableError
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

KINDS = {b"100644": FILE, b"100664": FILE, b"100755": EXECUTABLE, b"120000": LINK, b"160000": SUBMODULE}
"""Kinds by the mode git writes."""


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


def too_large(path: str, size: int, limits: Limits) -> UnreadableError:
    """Return the error of a file larger than the limit; `size` in bytes."""
    megabytes = round(limits.file_bytes / 1024 / 1024, 3)
    what = f"larger than {megabytes:g} MB ({size} bytes)"
    return UnreadableError(what, where=path, then="raise budget.file_megabytes")
