"""Which branches a ruleset or a branch protection names.

Sources: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax
and https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/managing-a-branch-protection-rule
(Ruby's `File.fnmatch` with `FNM_PATHNAME`, without backslashes, complemented sets and `{a,b}`).
"""

from __future__ import annotations

from phase_mirror.repository.globs.language import (
    DIRECTORIES,
    IN_SEGMENT,
    ONE_IN_SEGMENT,
    Automaton,
    Chars,
    Part,
    literal,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.globs.language import Group

ALL = "~ALL"
DEFAULT_BRANCH = "~DEFAULT_BRANCH"
_HEADS = "refs/heads/"
_LONGEST = 1_024
"""The longest pattern that is read (characters); git allows a name of about 250."""


class RefPattern:
    """One pattern of `conditions.ref_name` or of a branch protection.

    `*` and `?` stay within a segment, `**/` at the start of a segment stands for any number of them, any other `**`
    is a `*`, `[]` is one character of a list. A pattern that starts with `refs/` is compared with the full name of
    the branch, any other with its short name.

    Attributes:
        text: the pattern as written.
        problem: why GitHub does not support it, or None; such a pattern matches no branch here.
    """

    __slots__ = ("_automaton", "_parts", "problem", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.problem: str | None = None
        self._parts: list[Part | Group] = []
        self._automaton: Automaton | None = None
        if len(text) > _LONGEST:
            self.problem = "the pattern is too long"
        elif text.startswith("~"):
            if text not in {ALL, DEFAULT_BRANCH}:
                self.problem = f"`{text}` is neither `{ALL}` nor `{DEFAULT_BRANCH}`"
            return
        at = 0
        while at < len(text) and self.problem is None:
            at = self._next(at)

    @property
    def is_literal(self) -> bool:
        """Whether the pattern names one branch, without wildcards or `~`."""
        return not self.text.startswith("~") and not any(char in self.text for char in "*?[\\")

    def matches(self, branch: str, default_branch: str | None) -> bool:
        """Say whether the pattern names a branch.

        Args:
            branch: its short name, such as `release/1.0`.
            default_branch: the short name of the default branch, or None when it is not known; then
                `~DEFAULT_BRANCH` names no branch.
        """
        if self.text == ALL:
            return True
        if self.text == DEFAULT_BRANCH:
            return branch == default_branch
        if self.problem is not None:
            return False
        if self._automaton is None:
            self._automaton = Automaton([self._parts])
        return self._automaton.accepts(_HEADS + branch if self.text.startswith("refs/") else branch)

    def _next(self, at: int) -> int:
        """Read what starts at an offset and return the offset after it."""
        text, char = self.text, self.text[at]
        if char == "\\":
            self.problem = "GitHub does not support backslashes in these patterns"
        elif char == "[":
            return self._list(at)
        elif text.startswith("**/", at) and (at == 0 or text[at - 1] == "/"):
            self._parts.append(DIRECTORIES)
            return at + 3
        elif char == "*":
            self._parts.append(IN_SEGMENT)
        elif char == "?":
            self._parts.append(ONE_IN_SEGMENT)
        else:
            self._parts.append(literal(char))
        return at + 1

    def _list(self, at: int) -> int:
        end = self.text.find("]", at)
        inside = self.text[at + 1 : end] if end >= 0 else ""
        if not inside:
            self.problem = "`[` is never closed, or the list is empty"
        elif inside[0] in "!^":
            self.problem = "GitHub does not support complemented sets in these patterns"
        elif not inside.isascii():
            self.problem = "a list of other than ASCII characters is not compared"
        else:
            self._parts.append(Part(Chars(_members(inside))))
        return end + 1

    def __repr__(self) -> str:
        return f"RefPattern({self.text!r})"


def _members(text: str) -> frozenset[str]:
    """Return the characters of a bracket list; a slash is never one, and a `-` at either end is a character."""
    members: set[str] = set()
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            members.update(map(chr, range(ord(text[at]), ord(text[at + 2]) + 1)))
            at += 3
        else:
            members.add(text[at])
            at += 1
    return frozenset(members - {"/"})
