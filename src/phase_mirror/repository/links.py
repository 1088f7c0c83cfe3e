"""Where a path leads when symbolic links are followed inside one tree, and never out of it."""

from __future__ import annotations

from phase_mirror.errors import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MOST_LINKS = 40
"""Symbolic links followed for one path, as Linux does (https://man7.org/linux/man-pages/man7/path_resolution.7.html)."""

LONGEST_LINK = 4096
"""The longest target of a link and the longest path it may lead to (characters), as Linux does."""


def follow(path: str, link_at: Callable[[str], str | None]) -> str:
    """Return the path behind every link on the way.

    Args:
        path: relative to the root of the tree.
        link_at: returns the target of a link, None for all else; asked with paths whose folders are no links.

    Raises:
        UnreadableError: a link out of the tree or into git's own folder, in a circle, or too long.
    """
    left = path.split("/")[::-1]
    done: list[str] = []
    links = 0
    while left:
        part = left.pop()
        if part in {"", "."}:
            continue
        if part == "..":
            if not done:
                raise _outside(path)
            done.pop()
            continue
        done.append(part)
        current = "/".join(done)
        target = link_at(current) if len(current) <= LONGEST_LINK else None
        if target is None:
            continue
        links += 1
        if links > MOST_LINKS or len(target) > LONGEST_LINK:
            raise UnreadableError("a symbolic link in a circle", where=path)
        if target.startswith("/"):
            raise _outside(path)
        done.pop()
        left += target.split("/")[::-1]
    if links and any(part.lower() == ".git" for part in done):
        raise UnreadableError("a symbolic link into git's own folder", where=path)
    return "/".join(done)


def _outside(path: str) -> UnreadableError:
    return UnreadableError("a symbolic link out of the repository", where=path, then="commit the file itself")
