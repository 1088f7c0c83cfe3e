"""Checks a plain tree against the table of keys: every mistake is collected with its place, nothing is raised."""

from __future__ import annotations

import re
import warnings

from phase_mirror.config.kinds import MOST_COUNT, Flag, Listed, Number, Switch, Table, Text, Whole, Words
from phase_mirror.config.presets import PRESETS
from phase_mirror.config.records import Setting
from phase_mirror.model.day import is_day
from phase_mirror.model.nearest import did_you_mean
from phase_mirror.model.record import Record
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from phase_mirror.config.kinds import Key, Kind

    Path = tuple[str | int, ...]

MOST_PROBLEMS = 50
"""Mistakes listed for one file; the file of an adversary may hold any number, and each costs a search for the nearest
match."""


class Raw(Record):
    """A file as plain data with positions.

    Attributes:
        path: of the file, relative to the root of the repository.
        value: dicts, lists, texts, numbers, booleans and None.
        spans: of the value at each key path (keys of mappings and indices of lists).
        keys: of the key itself at each key path that ends in a mapping.
    """

    path: str
    value: Any
    spans: dict[Path, Span]
    keys: dict[Path, Span]


class Problem(Record):
    """One mistake in a file.

    Attributes:
        span: where.
        what: one sentence.
        then: the next step, empty when there is none.
    """

    span: Span
    what: str
    then: str = ""

    def __str__(self) -> str:
        return f"{self.span}: {self.what} ({self.then})" if self.then else f"{self.span}: {self.what}"


class _Wrong:
    """Stands for a value that was refused."""


WRONG = _Wrong()


def quoted(value: object) -> str:
    """Return a value of the file for a message: one line, short, nothing a terminal would obey."""
    if isinstance(value, str):
        return repr(value) if len(value) <= 60 else repr(value[:57] + "...")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 64 else "a huge number"
    return {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value)) or str(value)


class Checker:
    """Checks one file.

    Args:
        raw: the file.

    Attributes:
        problems: the mistakes found, in the order of the file.
    """

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.problems: list[Problem] = []
        self.origin = f"file {raw.path}"

    def check(self, table: Table) -> dict[str, Setting]:
        """Return the stated values that are right, nested by key."""
        found = self.table(table, self.raw.value, ())
        return found if isinstance(found, dict) else {}

    # -- places and messages --------------------------------------------------------------------------------------

    def span(self, path: Path) -> Span:
        """Return the place of a value."""
        return self.raw.spans.get(path) or Span.of_file(self.raw.path)

    def entry_span(self, path: Path) -> Span:
        """Return the place of a whole entry, `key: value`, or of the key alone when the value spreads over lines."""
        key, value = self.raw.keys.get(path), self.span(path)
        if key is None:
            return value
        if key.line == value.line == value.end_line and key.column < value.column:
            return Span(key.path, key.line, key.column, value.end_line, value.end_column)
        return key

    def wrong(self, span: Span, what: str, then: str = "") -> _Wrong:
        """Note a mistake."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(span, what, then))
        return WRONG

    # -- kinds ----------------------------------------------------------------------------------------------------

    def value(self, kind: Kind, value: Any, path: Path) -> Any:
        """Return the typed value, or WRONG when it was refused."""
        if isinstance(kind, Table):
            return self.table(kind, value, path)
        if isinstance(kind, Switch):
            return self.switch(kind, value, path)
        if isinstance(kind, Listed):
            return self.listed(kind, value, path)
        what = _refusal(kind, value)
        if not what:
            return float(value) if isinstance(kind, Number) else value
        sentence = f"{what}, not {quoted(value)}" if what.startswith("expected") else f"{quoted(value)} {what}"
        return self.wrong(self.span(path), f"{dotted(path)}: {sentence}", _next_step(kind, value))

    def table(self, table: Table, value: Any, path: Path) -> Any:
        """Check a mapping; one without content counts as empty."""
        value = {} if value is None else value
        if not isinstance(value, dict):
            return self.wrong(self.span(path), f"{dotted(path)}: expected a mapping, not {quoted(value)}")
        known = {key.name: key for key in table.keys}
        found: dict[str, Setting] = {}
        for name, item in value.items():
            if len(self.problems) >= MOST_PROBLEMS:
                return found
            key = self.key(table, known, name, path)
            typed = self.value(key.kind, item, (*path, name)) if key else WRONG
            if typed is not WRONG:
                place = (*path, name)
                found[name] = Setting(dotted(place), typed, self.origin, self.entry_span(place))
        for key in table.keys:
            if key.required and key.name not in value:
                self.wrong(self.span(path), f"{dotted(path)}: the key '{key.name}' is missing", f"add it: {key.doc}")
        return found

    def key(self, table: Table, known: dict[str, Key], name: str, path: Path) -> Key | None:
        """Return what a key of the file is, or note why it is refused."""
        if name in known:
            return known[name]
        if table.prefix and name.startswith(table.prefix) and len(name) > len(table.prefix):
            return table.prefixed
        span = self.raw.keys.get((*path, name)) or self.span(path)
        reasons = dict(table.refused)
        if name in reasons:
            self.wrong(
                span,
                f"'{name}' {reasons[name]}",
                "remove it; set it by flag or environment variable",
            )
            return None
        names = [*known, f"{table.prefix}<glob>"] if table.prefix else [*known]
        where = f" under '{dotted(path)}'" if path else ""
        self.wrong(span, f"unknown {table.what} {quoted(name)}{where}", did_you_mean(name, names, table.otherwise))
        return None

    def switch(self, switch: Switch, value: Any, path: Path) -> Any:
        """Check a word, false, or the long form."""
        word = "off" if value is False else value
        if isinstance(word, str) and word in switch.words:
            place = f"{dotted(path)}.{switch.word}"
            return {switch.word: Setting(place, word, self.origin, self.entry_span(path))}
        if isinstance(value, dict):
            return self.table(switch.table, value, path)
        then = did_you_mean(word, switch.words) if isinstance(word, str) else f"known are: {', '.join(switch.words)}"
        return self.wrong(
            self.span(path), f"{dotted(path)}: expected a mapping or a standing, not {quoted(value)}", then
        )

    def listed(self, kind: Listed, value: Any, path: Path) -> Any:
        """Check a list; each item becomes a Setting with its own place."""
        if value is None:
            return ()
        if not isinstance(value, list):
            return self.wrong(self.span(path), f"{dotted(path)}: expected a list, not {quoted(value)}")
        if len(value) > kind.longest:
            return self.wrong(self.span(path), f"{dotted(path)}: {len(value)} entries, at most {kind.longest} are read")
        found: list[Setting] = []
        for number, item in enumerate(value):
            if len(self.problems) >= MOST_PROBLEMS:
                break
            place = (*path, number)
            typed = self.value(kind.item, item, place)
            if typed is not WRONG:
                found.append(Setting(dotted(place), typed, self.origin, self.span(place)))
        return tuple(found)


def dotted(path: Path) -> str:
    """Return a key path as text: `exemptions[2].rule`; the file itself is `the file`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            shown = part if part.isprintable() else quoted(part)
            text += f".{shown}" if text else shown
    return text or "the file"


def _refusal(kind: Kind, value: Any) -> str:
    """Return what was expected of a scalar, empty when it is right."""
    if isinstance(kind, Flag):
        return "" if isinstance(value, bool) else "expected true or false"
    if isinstance(kind, Words):
        return "" if isinstance(value, str) and value in kind.words else "is not known"
    if isinstance(kind, Text):
        return _text_refusal(kind, value)
    return _number_refusal(kind, value)


def _number_refusal(kind: Kind, value: Any) -> str:
    if isinstance(kind, Whole):
        right = isinstance(value, int) and not isinstance(value, bool)
        return "" if right and kind.least <= value <= kind.most else f"expected a whole number {_bounds(kind)}"
    if isinstance(kind, Number):
        right = isinstance(value, (int, float)) and not isinstance(value, bool)
        return "" if right and kind.least <= value <= kind.most else f"expected a number {_bounds(kind)}"
    raise TypeError(f"no such kind: {kind!r}")


def _bounds(kind: Whole | Number) -> str:
    if kind.least == kind.most:
        return f"that is {kind.least:g}"
    return f"from {kind.least:g} to {kind.most:g}" if kind.most < MOST_COUNT else f"of at least {kind.least:g}"


def _text_refusal(kind: Text, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        return "expected a text"
    if len(value) > kind.longest:
        return f"expected a text of at most {kind.longest} characters"
    if kind.form == "day":
        return "" if is_day(value) else "expected a day such as 2027-03-01"
    if kind.form == "name":
        right = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value)
        return "" if right else "expected a name of small letters, digits and hyphens"
    if kind.form == "regex":
        return _regex_refusal(value)
    return _extends_refusal(value) if kind.form == "extends" else ""


def _regex_refusal(value: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # `[[a]` and the like, whose meaning is going to change
            re.compile(value)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        return f"expected a regular expression ({error})"
    return ""


def _extends_refusal(value: str) -> str:
    """Return why a value of `extends` is refused: never a URL, never out of the repository."""
    if value in PRESETS:
        return ""
    if "://" in value:
        return "expected a preset or a path inside the repository; nothing is fetched"
    if value.startswith(("/", "~")) or ".." in value.split("/") or "\\" in value:
        return "expected a path inside the repository, relative to its root"
    if value.endswith((".yml", ".yaml")):
        return ""
    return "expected a preset or the path of a YAML file"


def _next_step(kind: Kind, value: Any) -> str:
    """Return the help for a refused scalar."""
    if isinstance(kind, Words):
        return did_you_mean(value, kind.words) if isinstance(value, str) else f"known are: {', '.join(kind.words)}"
    if isinstance(kind, Text) and kind.form == "extends" and isinstance(value, str):
        return did_you_mean(value, PRESETS)
    if isinstance(kind, Text) and isinstance(value, (bool, int, float)):
        return "put it in quotes"
    return ""
