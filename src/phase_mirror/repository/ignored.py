"""Which paths git ignores: what a build makes there is absent from the tree on purpose.

A bracket list counts as any one character: this may call a path ignored that is not, and then nothing is said of it.

Source: https://git-scm.com/docs/gitignore#_pattern_format
"""

from __future__ import annotations

import re

from phase_mirror.model.glob import matches
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.snapshot import Snapshot

FILE = ".gitignore"
_LONGEST = 1_000
"""A longer line is no pattern anybody wrote by hand (characters)."""


class _Line(Record):
    """One pattern.

    Attributes:
        glob: relative to the folder of its file.
        ignores: False where it takes back.
        name: the one name that it matches at any depth; empty where it is more than a name. Most patterns are names,
            and comparing them is all that asking for many paths can afford.
    """

    glob: str
    ignores: bool
    name: str

    def matches(self, inside: str, last: str) -> bool:
        """Say whether it matches a path below its folder, whose last part is given too."""
        return self.name == last if self.name else matches(self.glob, inside)


class Ignored:
    """The `.gitignore` files of a tree, each read when a path below it is first asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._lines: dict[str, list[_Line]] = {}

    def covers(self, path: str) -> bool:
        """Say whether a path that is not in the tree, or a directory it lies in, is ignored."""
        parts = path.split("/")
        return any(self._decides(parts[:count]) for count in range(1, len(parts) + 1))

    def _decides(self, parts: list[str]) -> bool:
        """Say whether a path itself is ignored: the last pattern that matches decides, deeper files after outer."""
        verdict = False
        for depth in range(len(parts)):
            inside = "/".join(parts[depth:])
            for line in self._of("/".join(parts[:depth])):
                if line.ignores is not verdict and line.matches(inside, parts[-1]):
                    verdict = line.ignores
        return verdict

    def _of(self, folder: str) -> list[_Line]:
        if folder not in self._lines:
            path = f"{folder}/{FILE}" if folder else FILE
            text = self.snapshot.text(path) if path in self.snapshot.files else None
            self._lines[folder] = [line for line in map(_read, text.lines if text else ()) if line is not None]
        return self._lines[folder]


def _read(line: str) -> _Line | None:
    """Read one line, None when it is no pattern."""
    text = line.strip()
    if not text or text.startswith("#") or len(text) > _LONGEST:
        return None
    ignores = not text.startswith("!")
    text = re.sub(r"\[[^\]]+\]|\\.", "?", text.removeprefix("!")).rstrip("/")
    if not text:
        return None
    if "/" in text:
        return _Line(text.removeprefix("/"), ignores, "")
    return _Line(f"**/{text}", ignores, "" if "*" in text or "?" in text else text)
