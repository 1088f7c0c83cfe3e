"""CODEOWNERS files: which lines count, whom they name, and which lines GitHub ignores.

Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
A line with invalid syntax is skipped whole, valid owners on it included; an owner that does not exist or has no write
access is left out alone, which cannot be seen from the files.
GitLab: https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.model.span import Span
from phase_mirror.repository.formats.document import Text
from phase_mirror.repository.globs.owners import OwnersPattern
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits
from phase_mirror.repository.source import SUBMODULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.source import Entry

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, first found wins."""
GITLAB_PLACE = ".gitlab/CODEOWNERS"
"""Read by GitLab alone."""


class OwnerKind(StrEnum):
    """How an owner is written."""

    USER = "user"
    TEAM = "team"
    EMAIL = "email"
    UNCLEAR = "unclear"
    """Neither surely right nor surely wrong, such as `@one@two`; nothing is concluded from it."""


class OwnerProblem(StrEnum):
    """What is wrong with an owner."""

    COMMA = "comma"
    MALFORMED = "malformed-owner"
    PLACEHOLDER = "placeholder-owner"


class Owner(Record):
    """One owner of a line, as written."""

    text: str
    kind: OwnerKind
    span: Span


class OwnerRule(Record):
    """One line that counts.

    Attributes:
        pattern: its pattern.
        owners: whom it names; none is legal and takes ownership away.
        span: the whole line without its comment.
        pattern_span: the pattern alone.
        line_number: from 1.
        comment: the inline comment without `#`, or empty.
    """

    pattern: OwnersPattern
    owners: tuple[Owner, ...]
    span: Span
    pattern_span: Span
    line_number: int
    comment: str = ""

    @property
    def reads_as_owner(self) -> bool:
        """Whether the pattern has the form of an owner, as when the pattern was forgotten."""
        return bool(_regex(_PATTERN_LIKE_OWNER).fullmatch(self.pattern.text))

    @property
    def owner_texts(self) -> frozenset[str]:
        """The owners without regard to order and case, which GitHub does not tell apart in names."""
        return frozenset(owner.text.lower() for owner in self.owners)


class LineProblem(Record):
    """Something wrong with one line.

    Attributes:
        span: the part that is wrong.
        kind: an `Ignored` of the pattern, or an `OwnerProblem`.
        reason: in words, such as follow "the line is ignored:".
        line_number: from 1.
        pattern: the pattern of the line, as written.
        skips_line: whether GitHub ignores the whole line; a placeholder is only an owner who does not exist.
    """

    span: Span
    kind: StrEnum
    reason: str
    line_number: int
    pattern: str
    skips_line: bool = True


class Codeowners(Record):
    """One CODEOWNERS file.

    Attributes:
        path: where it lies.
        lines: its lines as text.
        rules: the lines that count, in order; the last one that matches a path decides.
        problems: the lines that GitHub ignores, and placeholders.
        gitlab: it is written for GitLab (sections, roles, nested groups, or by its place). Then it means something
            else than it would on GitHub, and neither rules nor problems are given.
        too_large: it is over GitHub's size limit and ignored whole; again neither rules nor problems.
        generated: a header comment says that the file is generated.
        generator: the path that the header names as its generator, or None.
    """

    path: str
    lines: tuple[str, ...]
    rules: tuple[OwnerRule, ...] = ()
    problems: tuple[LineProblem, ...] = ()
    gitlab: bool = False
    too_large: bool = False
    generated: bool = False
    generator: str | None = None

    def owner_of(self, path: str) -> OwnerRule | None:
        """Return the rule that decides who owns a path (its owners may be none), or None where no rule matches.

        For many paths use `Ownership`, which tries far less.
        """
        return next((rule for rule in reversed(self.rules) if rule.pattern.matches(path)), None)


_BLANKS = " \t\f\v"
_PATTERN = rf"(?:\\.|[^\\{_BLANKS}]|\\\Z)+"
_WORD = rf"#.*|[^#{_BLANKS}]+"
_USER = r"@[A-Za-z0-9_-]+"
_TEAM = r"@[A-Za-z0-9_-]+/[A-Za-z0-9_-]+"
_EMAIL = r"[^\s@,;<>]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"
_UNCLEAR = r"@[\w-]+(?:@[\w./-]+)+|@[\w-]+/[\w.-]+|[^\s@]+@[^\s@]+"
_PATTERN_LIKE_OWNER = rf"{_USER}|{_TEAM}|[\w.%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_PLACEHOLDER = (
    r"(?i)@(?:(?:your|example|placeholder|change-?me|replace-?me|todo|fixme|tbd|xxx+)(?:[-_/].*)?"
    r"|your(?:org|organization|company|user|username|name|team|github\w*)(?:/.*)?"
    r"|(?:org|organization|octo-org)/(?:team|team-?name|octocats)|(?:org|team|user|owner|github)-?name(?:/.*)?"
    r"|octocat|doctocat|global-owner\d|js-owner)|.+@example\.(?:com|net|org)"
)
_SECTION = rf"\^?\[[^\[\]]+\](?:\[\d+\])?(?:[{_BLANKS}].*)?"
_GITLAB_OWNER = r"@@(?:developer|maintainer|owner)s?|@[\w.-]+(?:/[\w.-]+){2,}"
_GENERATED = r"(?i)\bgenerated\b"
_GENERATOR = r"(?i)\bgenerated\b.*?\b(?:by|from|with|using|via)\s+(?:running\s+|the\s+)?[`'\"(<]*([^\s`'\"<>()]+)"
_PATHLIKE = r"(?!\w+://)(?:\.{0,2}/)?[\w.@+-]+(?:/[\w.@+-]+)+|[\w-]+\.(?:py|[cm]?[jt]s|rb|sh|go|rs|ya?ml|toml|json)"
_BLOB = r"https://github\.com/[\w.-]+/[\w.-]+/blob/[\w.-]+/([\w.@+/-]+)"
_LONGEST_COMMENT = 500
"""Characters of a header comment that are searched for a generator."""


@cache
def _regex(text: str) -> re.Pattern[str]:
    """Compile one of the expressions above when the first file needs it."""
    return re.compile(text)


def find_codeowners(entries: dict[str, Entry]) -> list[str]:
    """Return the CODEOWNERS files of a tree: GitHub's places in its order, so that the first one counts, then GitLab's.

    Args:
        entries: the tree, by path.
    """
    return [path for path in (*PLACES, GITLAB_PLACE) if path in entries and entries[path].kind != SUBMODULE]


def read_codeowners(path: str, text: str, limits: Limits = DEFAULT_LIMITS) -> Codeowners:
    """Read a CODEOWNERS file; every text can be read.

    Args:
        path: where it lies.
        text: its content, decoded and without byte order mark.
        limits: `codeowners_bytes` is the size at which GitHub ignores the file.
    """
    lines = tuple(Text(path, text).lines)
    if len(text.encode("utf-8", "surrogatepass")) >= limits.codeowners_bytes:
        return Codeowners(path, lines, too_large=True)
    reader = _Reader(path)
    reader.gitlab = path == GITLAB_PLACE
    for number, line in enumerate(lines, 1):
        reader.read(number, line)
    header = _header(lines)
    return Codeowners(
        path,
        lines,
        rules=() if reader.gitlab else tuple(reader.rules),
        problems=() if reader.gitlab else tuple(reader.problems),
        gitlab=reader.gitlab,
        generated=any(_regex(_GENERATED).search(comment) for comment in header),
        generator=next(filter(None, map(_generator, header)), None) or next(filter(None, map(_blob, header)), None),
    )


class _Reader:
    """Collects rules and problems line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.gitlab = False
        self.rules: list[OwnerRule] = []
        self.problems: list[LineProblem] = []

    def read(self, number: int, line: str) -> None:
        """Read one line."""
        stripped = line.strip(_BLANKS)
        if not stripped or stripped.startswith("#"):
            return
        if stripped[0] in "[^" and _regex(_SECTION).fullmatch(stripped):
            self.gitlab = True
            return
        start = len(line) - len(line.lstrip(_BLANKS))
        found = _regex(_PATTERN).match(line, start)
        end = found.end() if found else start
        pattern = OwnersPattern(line[start:end])
        pattern_span = self._span(number, start, end)
        owners: list[Owner] = []
        comment = ""
        for word in _regex(_WORD).finditer(line, end):
            if word[0].startswith("#"):
                comment = word[0][1:].strip()
                break
            owners.append(Owner(word[0], _kind(word[0]), self._span(number, *word.span())))
        if any(_regex(_GITLAB_OWNER).fullmatch(owner.text) for owner in owners):
            self.gitlab = True
        problem = self._problem(number, pattern, pattern_span, owners)
        if problem is not None:
            self.problems.append(problem)
        if problem is None or not problem.skips_line:
            last = owners[-1].span if owners else pattern_span
            span = Span(self.path, number, start + 1, number, last.end_column)
            self.rules.append(OwnerRule(pattern, tuple(owners), span, pattern_span, number, comment))

    def _problem(
        self, number: int, pattern: OwnersPattern, pattern_span: Span, owners: list[Owner]
    ) -> LineProblem | None:
        """Return what is wrong with a line: what makes GitHub skip it first."""
        if pattern.ignored is not None:
            return LineProblem(pattern_span, pattern.ignored, pattern.problem or "", number, pattern.text)
        for owner in owners:
            wrong = _wrong(owner)
            if wrong is not None:
                return LineProblem(owner.span, *wrong, number, pattern.text)
        for owner in owners:
            if _regex(_PLACEHOLDER).fullmatch(owner.text):
                reason = f"`{owner.text}` is a placeholder"
                return LineProblem(owner.span, OwnerProblem.PLACEHOLDER, reason, number, pattern.text, skips_line=False)
        return None

    def _span(self, number: int, start: int, end: int) -> Span:
        return Span(self.path, number, start + 1, number, end + 1)


def _kind(text: str) -> OwnerKind:
    if _regex(_TEAM).fullmatch(text):
        return OwnerKind.TEAM
    if _regex(_USER).fullmatch(text):
        return OwnerKind.USER
    return OwnerKind.EMAIL if _regex(_EMAIL).fullmatch(text) else OwnerKind.UNCLEAR


def _wrong(owner: Owner) -> tuple[OwnerProblem, str] | None:
    """Return what makes an owner invalid, if it surely is."""
    text = owner.text
    if owner.kind is not OwnerKind.UNCLEAR:
        return None
    if "," in text:
        return OwnerProblem.COMMA, "owners are separated by blanks, not by commas"
    if _regex(_UNCLEAR).fullmatch(text):
        return None
    return OwnerProblem.MALFORMED, f"`{text}` is not an owner: write `@user`, `@organization/team` or an e-mail address"


def _header(lines: tuple[str, ...]) -> list[str]:
    """Return the comments before the first other line."""
    comments = []
    for line in lines:
        stripped = line.strip()
        if stripped.startswith("#"):
            comments.append(stripped[:_LONGEST_COMMENT])
        elif stripped:
            break
    return comments


def _blob(comment: str) -> str | None:
    """Return the path of a link to a file on GitHub, or None; beside `generated` it leads to the generator."""
    found = _regex(_BLOB).search(comment)
    return found[1] if found else None


def _generator(comment: str) -> str | None:
    """Return the path that a comment names as the generator of the file, or None."""
    found = _regex(_GENERATOR).search(comment)
    what = found[1].rstrip(".,:;") if found else ""
    return what.removeprefix("./") if _regex(_PATHLIKE).fullmatch(what) else None
