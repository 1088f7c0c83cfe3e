r"""The patterns of CODEOWNERS, as GitHub reads them.

Like gitignore, except that `!`, `[ ]` and `\#` at the start do not work, and that `dir/*` does not recurse.
Sources: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax
https://git-scm.com/docs/gitignore#_pattern_format, and GitHub's own messages for a bad line (`GET
/repos/{owner}/{repo}/codeowners/errors`).
"""

from __future__ import annotations

import re
from enum import StrEnum

from phase_mirror.repository.globs.language import (
    ANYTHING,
    IN_SEGMENT,
    ONE_IN_SEGMENT,
    SEGMENT,
    SLASH,
    SOMETHING,
    UNDECIDED,
    Automaton,
    Group,
    literal,
)
from phase_mirror.repository.globs.search import shortest
from phase_mirror.repository.limits import DEFAULT_LIMITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from phase_mirror.repository.globs.language import Part, Undecided
    from phase_mirror.repository.limits import Limits

STAR = "*"
ONE = "?"
DEEP = ("**",)
"""The segment `**`: any number of directories."""

Segment = tuple[str, ...]
"""What a segment is made of: STAR, ONE, or a text taken literally (with a leading `=` so that it is never confused)."""

_ONLY_STAR: Segment = (STAR,)
_LONGEST = 4_096
"""The longest pattern that is read (characters): no path in a checkout is longer."""


class Reach(StrEnum):
    """What a pattern takes of the paths its segments lead to."""

    ENTRY = "entry"
    """The file of that path, or everything below the directory of that path."""
    INSIDE = "inside"
    """Everything below the directory of that path: the pattern ends with `/` or `/**`."""
    DIRECT = "direct"
    """The files right in the directory of that path: the pattern ends with `/*`."""


class Ignored(StrEnum):
    """Why GitHub ignores a pattern."""

    EMPTY = "empty"
    NEGATION = "negation"
    CHARACTER_RANGE = "character-range"
    ESCAPED_HASH = "escaped-hash"
    ASTERISKS = "asterisks"
    NEVER_MATCHES = "never-matches"


_REASONS = {
    Ignored.EMPTY: "there is no pattern",
    Ignored.NEGATION: "`!` does not negate a pattern in CODEOWNERS",
    Ignored.CHARACTER_RANGE: "`[` and `]` are not character ranges in CODEOWNERS and must be escaped with a backslash",
    Ignored.ESCAPED_HASH: "a pattern cannot start with an escaped `#` in CODEOWNERS",
    Ignored.ASTERISKS: "a pattern cannot hold three asterisks in a row",
    Ignored.NEVER_MATCHES: "the pattern `/` never matches any file; `*` matches all of them",
}


class OwnersPattern:
    """One pattern of a CODEOWNERS file.

    Attributes:
        text: the pattern as written, escapes included.
        ignored: the kind of reason for which GitHub ignores it, or None.
        segments: what stands between the slashes, from the root; `DEEP` where any number of directories may stand,
            never last.
        reach: what it takes of the paths that the segments lead to.
        too_long: it is not read; nothing is concluded from it.
    """

    __slots__ = ("_automaton", "_regex", "ignored", "reach", "segments", "text", "too_long")

    def __init__(self, text: str) -> None:
        self.text = text
        self.ignored = _ignored(text)
        self.segments: tuple[Segment, ...] = ()
        self.reach = Reach.ENTRY
        self.too_long = len(text) > _LONGEST
        if self.ignored is None and not self.too_long:
            self.segments, self.reach = _parse(text)
        self._regex: re.Pattern[str] | None = None
        self._automaton: Automaton | None = None

    @property
    def problem(self) -> str | None:
        """Why GitHub ignores the pattern, or None."""
        return None if self.ignored is None else _REASONS[self.ignored]

    @property
    def everything(self) -> bool:
        """Whether it matches every file, as `*` and `**` do."""
        return not self.segments and self.reach is Reach.INSIDE

    @property
    def is_literal(self) -> bool:
        """Whether it names one path from the root, without wildcards."""
        return bool(self.segments) and all(
            segment is not DEEP and STAR not in segment and ONE not in segment for segment in self.segments
        )

    def matches(self, path: str) -> bool:
        """Say whether GitHub takes a file for matched; an ignored or too long pattern matches nothing."""
        if self.ignored is not None or self.too_long:
            return False
        if self._regex is None:
            tails = {Reach.ENTRY: r"(?:/|\Z)", Reach.INSIDE: "/", Reach.DIRECT: r"/[^/]+\Z"}
            self._regex = compile_segments(self.segments, tails[self.reach])
        return self._regex.match(path) is not None

    def subsumes(self, other: OwnersPattern, limits: Limits = DEFAULT_LIMITS) -> bool | Undecided:
        """Say whether every possible path that another pattern matches is matched by this one too.

        Args:
            other: the pattern that may be the narrower one.
            limits: `automaton_states` bounds the search; at the limit the answer is UNDECIDED.
        """
        return covered(other, [self], limits)

    @property
    def automaton(self) -> Automaton:
        """The possible paths that match, as an automaton."""
        if self._automaton is None:
            self._automaton = Automaton(
                [] if self.ignored is not None or self.too_long else [_parts(self.segments, self.reach)]
            )
        return self._automaton

    def __repr__(self) -> str:
        return f"OwnersPattern({self.text!r})"


def covered(
    pattern: OwnersPattern, others: Sequence[OwnersPattern], limits: Limits = DEFAULT_LIMITS
) -> bool | Undecided:
    """Say whether every possible path of a pattern is matched by at least one of some others."""
    readable = [other for other in others if other.ignored is None and not other.too_long]
    if any(_surely_covers(other, pattern) for other in readable):
        return True
    if pattern.too_long or len(readable) < len([other for other in others if other.ignored is None]):
        return UNDECIDED
    if any(not any(other.matches(path) for other in readable) for path in _samples(pattern)):
        return False
    union = Automaton([_parts(other.segments, other.reach) for other in readable])
    found = shortest([pattern.automaton, union], (True, False), limits)
    return UNDECIDED if found is UNDECIDED else found is None


def _surely_covers(other: OwnersPattern, pattern: OwnersPattern) -> bool:
    """Say whether one pattern covers another by its form alone: the usual cases, known without a search."""
    if other.text == pattern.text or other.everything:
        return True
    length = len(other.segments)
    below = len(pattern.segments) > length or pattern.reach is not Reach.ENTRY
    return (
        pattern.ignored is None
        and bool(length)
        and pattern.segments[:length] == other.segments
        and (other.reach is Reach.ENTRY or (other.reach is Reach.INSIDE and below))
    )


def _samples(pattern: OwnersPattern) -> list[str]:
    """Return a few possible paths that a pattern matches, with names that no other pattern is likely to know."""
    texts = [
        "".join("q" if token in {STAR, ONE} else token[1:] for token in segment)
        for segment in pattern.segments
        if segment is not DEEP
    ]
    if pattern.ignored is not None or any(text in {"", ".", ".."} for text in texts):
        return []
    ends = {Reach.ENTRY: ("", "/q/q"), Reach.INSIDE: ("/q", "/q/q"), Reach.DIRECT: ("/q",)}
    return [("/".join(texts) + end).removeprefix("/") for end in ends[pattern.reach]]


def compile_segments(segments: Sequence[Segment], tail: str) -> re.Pattern[str]:
    r"""Return the regular expression of the paths that segments lead to, followed by `tail`.

    Every repetition that could be tried in more than one way is atomic or ends at a slash, so that no pattern can make
    it slow: in a glob the first place where the text between two wildcards fits is always as good as any later one.

    Args:
        segments: as in `OwnersPattern.segments`, the last one not `DEEP`.
        tail: what may follow, such as `/` or `\Z`.
    """
    chunks: list[list[str]] = [[]]
    for segment in segments:
        if segment is DEEP:
            chunks.append([])
        else:
            chunks[-1].append(_segment_regex(segment))
    texts = ["/".join(chunk) for chunk in chunks]
    first, last = texts[0], texts[-1]
    if not segments:
        return re.compile("[^/]" if tail == "/" else tail.removeprefix("/"))
    if len(texts) == 1:
        return re.compile(first + tail)
    middle = "".join(rf"(?>(?:[^/]+/)*?{text}/)" for text in texts[1:-1] if text)
    return re.compile((f"{first}/" if first else "") + middle + rf"(?:[^/]+/)*?{last}{tail}")


def _segment_regex(segment: Segment) -> str:
    """Return the regular expression of one whole segment."""
    runs: list[str] = [""]
    for token in segment:
        if token == STAR:
            runs.append("")
        else:
            runs[-1] += "[^/]" if token == ONE else re.escape(token[1:])
    first, last = runs[0], runs[-1]
    if len(runs) == 1:
        return first
    middle = "".join(f"(?>[^/]*?{run})" for run in runs[1:-1] if run)
    end = f"[^/]*{last}(?![^/])" if last else "[^/]*+"
    if segment == _ONLY_STAR:
        end = "[^/]++"
    return first + middle + end


def _parts(segments: Sequence[Segment], reach: Reach) -> list[Part | Group]:
    """Return the parts of all paths that match."""
    parts: list[Part | Group] = []
    for number, segment in enumerate(segments):
        if segment is DEEP:
            parts.append(Group((SOMETHING, SLASH)))
            continue
        if segment == _ONLY_STAR:
            parts.append(SEGMENT)
        else:
            for token in segment:
                if token in {STAR, ONE}:
                    parts.append(IN_SEGMENT if token == STAR else ONE_IN_SEGMENT)
                else:
                    parts.extend(map(literal, token[1:]))
        if number < len(segments) - 1 or reach is not Reach.ENTRY:
            parts.append(SLASH)
    if reach is Reach.ENTRY:
        parts.append(Group((SLASH, ANYTHING)))
    else:
        parts.append(SOMETHING if reach is Reach.INSIDE else SEGMENT)
    return parts


def _ignored(text: str) -> Ignored | None:
    """Return why GitHub ignores a pattern, or None."""
    bare = re.sub(r"\\.", "x", text, flags=re.DOTALL)
    reasons = (
        (Ignored.EMPTY, not text),
        (Ignored.NEGATION, text.startswith("!")),
        (Ignored.ESCAPED_HASH, text.startswith("\\#")),
        (Ignored.CHARACTER_RANGE, "[" in bare or "]" in bare),
        (Ignored.ASTERISKS, "***" in bare),
        (Ignored.NEVER_MATCHES, text == "/"),
    )
    return next((kind for kind, applies in reasons if applies), None)


def _parse(text: str) -> tuple[tuple[Segment, ...], Reach]:
    """Return the segments from the root and what the pattern takes of the paths they lead to."""
    pieces = [_segment(piece) for piece in _split(text)]
    if not pieces[0]:
        del pieces[0]
    elif len(pieces) == 1 or (len(pieces) == 2 and not pieces[1]):
        # Without a slash at the start or in the middle, a pattern matches at any depth.
        pieces.insert(0, DEEP)
    reach = Reach.ENTRY
    if not pieces[-1]:
        reach = Reach.INSIDE
        pieces.pop()
    elif pieces[-1] == _ONLY_STAR:
        reach = Reach.DIRECT
        pieces.pop()
    while pieces and pieces[-1] is DEEP:
        # Whatever follows a last `**`, everything inside is meant.
        reach = Reach.INSIDE
        pieces.pop()
    return tuple(pieces), reach


def _split(text: str) -> list[str]:
    """Split at slashes; a backslash before a slash changes nothing about it."""
    return re.sub(r"\\.", lambda escape: "/" if escape[0] == r"\/" else escape[0], text, flags=re.DOTALL).split("/")


_TOKENS = re.compile(r"\\.|\\\Z|\*+|\?|[^\\*?]+", re.DOTALL)


def _segment(text: str) -> Segment:
    """Return the tokens of one segment; `**` that is not the whole segment is a `*`."""
    if text == "**":
        return DEEP
    tokens: list[str] = []
    plain: list[str] = []
    for piece in _TOKENS.findall(text):
        if piece[0] in "*?":
            if plain:
                tokens.append("=" + "".join(plain))
                plain = []
            if piece[0] != STAR or tokens[-1:] != [STAR]:
                tokens.append(piece[0])
        else:
            plain.append(piece[1:] if piece[0] == "\\" and len(piece) > 1 else piece)
    if plain:
        tokens.append("=" + "".join(plain))
    return tuple(tokens)
