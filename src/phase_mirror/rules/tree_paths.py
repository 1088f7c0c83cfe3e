"""What the tree has and lacks, and where something that is gone may have moved to."""

from __future__ import annotations

from functools import cached_property

from phase_mirror.model.nearest import nearest
from phase_mirror.repository.ignored import Ignored
from phase_mirror.repository.source import LINK, SUBMODULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.snapshot import Snapshot

_MADE = frozenset({".git", ".venv", "__pycache__", "node_modules", "venv"})
"""Directories that tools make, ignored or not."""
_ACTION_FILES = ("action.yml", "action.yaml", "Dockerfile")
_COMMON = frozenset({"__init__.py", "__main__.py", "index.js", "index.ts", "main.py", "requirements.txt", "setup.py"})
"""Names that many directories hold: one elsewhere is no sign of a move."""
_MOST_COMPARED = 400
"""Siblings compared for a mistyped name."""


class TreePaths:
    """Questions about the paths of one tree."""

    def __init__(self, facts: Snapshot) -> None:
        self.facts = facts
        self.ignored = Ignored(facts)

    def lacks(self, path: str) -> bool:
        """Say whether a path surely is not there: it is not in the tree, and no tool, submodule or link brings it."""
        return not self.facts.exists(path) and self._is_ours(path)

    def lacks_action(self, directory: str) -> bool:
        """Say whether a directory surely holds no action."""
        files = self.facts.files
        if any((f"{directory}/{name}" if directory else name) in files for name in _ACTION_FILES):
            return False
        return self._is_ours(f"{directory}/action.yml".lstrip("/"))

    def _is_ours(self, path: str) -> bool:
        parts = path.split("/")
        if not _MADE.isdisjoint(parts):
            return False
        prefixes = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        if any(self._leads_away(prefix) for prefix in prefixes):
            return False
        return not self.ignored.covers(path)

    def _leads_away(self, path: str) -> bool:
        entry = self.facts.files.get(path)
        return entry is not None and entry.kind in {LINK, SUBMODULE}

    def first_missing(self, path: str) -> str:
        """Return the name of the outermost part of a path that is not in the tree."""
        parts = path.split("/")
        for count in range(1, len(parts)):
            if not self.facts.exists("/".join(parts[:count])):
                return parts[count - 1]
        return parts[-1]

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The files by base name."""
        found: dict[str, list[str]] = {}
        for path in self.facts.paths:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    def moved(self, path: str) -> str:
        """Return the one file that has the same base name; empty when there is none, several, or the name is common."""
        name = path.rpartition("/")[2]
        found = [] if name in _COMMON else self.by_name.get(name, [])
        return found[0] if len(found) == 1 else ""

    def moved_action(self, directory: str) -> str:
        """Return the one directory of the same name that holds an action; empty when there is none or several."""
        name = directory.rpartition("/")[2]
        found = {path.rpartition("/")[0] for path in self.facts.action_paths}
        same = sorted(each for each in found if each.rpartition("/")[2] == name)
        return same[0] if len(same) == 1 else ""

    def other_case(self, path: str) -> str:
        """Return a file that is this path, or lies below it, but for upper and lower case; empty without one."""
        folded = path.casefold()
        below = folded + "/"
        for each in self.facts.paths:
            other = each.casefold()
            if other == folded or other.startswith(below):
                return each
        return ""

    def near(self, path: str) -> str:
        """Return a file of the same directory and ending whose name is close; empty without one."""
        directory, _, name = path.rpartition("/")
        stem, _, ending = name.rpartition(".")
        if not stem:
            return ""
        start = len(directory) + 1 if directory else 0
        names = [each[start:] for each in self.facts.under(directory)[:_MOST_COMPARED]]
        same = [each for each in names if "/" not in each and _ending(each) == _kind(ending)]
        stems = {each.rpartition(".")[0]: each for each in same if each[0].casefold() == name[0].casefold()}
        close = nearest(stem, stems)
        return f"{directory}/{stems[close]}".lstrip("/") if close else ""


def _ending(name: str) -> str:
    return _kind(name.rpartition(".")[2])


def _kind(ending: str) -> str:
    return "yml" if ending == "yaml" else ending
