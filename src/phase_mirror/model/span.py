"""Positions in files."""

from __future__ import annotations

from phase_mirror.model.record import Record


class Span(Record):
    """A stretch of one file.

    Lines and columns count from 1, columns in characters (code points); the end column is exclusive.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    @classmethod
    def of_file(cls, path: str) -> Span:
        """Return the span that stands for a file as a whole."""
        return cls(path, 1, 1, 1, 1)
