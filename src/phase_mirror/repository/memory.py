"""A tree held in memory: the examples that rules carry."""

from __future__ import annotations

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.limits import DEFAULT_LIMITS
from phase_mirror.repository.source import Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from phase_mirror.repository.limits import Limits


class MemoryTree:
    """A source over texts or bytes by path."""

    def __init__(self, files: Mapping[str, str | bytes], limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self._files = {
            path: data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
            for path, data in files.items()
        }

    def entries(self) -> dict[str, Entry]:
        """Return every path, sorted."""
        return {path: Entry(path) for path in sorted(self._files)}

    def read(self, path: str) -> bytes:
        """Return the content of a file.

        Raises:
            UnreadableError: there is no such file.
        """
        if path not in self._files:
            raise UnreadableError("no such file", where=path)
        return self._files[path]
