"""The reference page of the configuration in Markdown, made from the table of keys and the presets."""

from __future__ import annotations

from phase_mirror.config.keys import entry_keys, root
from phase_mirror.config.kinds import Flag, Listed, Number, Switch, Table, Text, Whole, Words
from phase_mirror.config.presets import DEFAULT_PRESET, PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from phase_mirror.config.kinds import Key, Kind
    from phase_mirror.config.presets import Preset

_INTRODUCTION = """\
# Configuration: `.phase-mirror.yml`

The first of `.phase-mirror.yml` and `.github/phase-mirror.yml` counts; none is needed. Precedence: flag, environment,
file, `extends`, default; `phase-mirror config show` prints each value with its origin. Unknown keys and rule ids are
mistakes (exit code 2). Of files that extend one another, the nearer one wins key by key; lists are replaced whole.
Globs: `*` and `?` stay inside one part of a path, `**` crosses parts, a trailing `/` means everything below; patterns
are anchored and case counts. The store, region, endpoint, environment and data directory are never read from a
repository.
"""


def reference() -> str:
    """Return the page, without the rules' own options, which stand on the rules' pages."""
    lines = [_INTRODUCTION, "## Keys", "", "| key | value | default | meaning |", "|---|---|---|---|"]
    lines += [_row(path, key) for path, key in _rows(root(()), "")]
    lines += ["", "## What `extends` means", ""]
    for preset in PRESETS.values():
        lines += _preset(preset)
    return "\n".join(lines)


def _rows(table: Table, prefix: str) -> Iterator[tuple[str, Key]]:
    for key in table.keys:
        path = f"{prefix}{key.name}"
        yield path, key
        if path == "rules":
            for own in entry_keys(()):
                yield f"rules.<id>.{own.name}", own
        elif path == "modes" and isinstance(key.kind, Table) and key.kind.prefixed:
            yield from _rows(_body(key.kind.prefixed.kind), "modes.<mode or branch:glob>.")
        elif isinstance(key.kind, (Table, Listed)) and path != "policy.token_ceiling":
            below = f"{path}[]." if isinstance(key.kind, Listed) else f"{path}."
            yield from _rows(_body(key.kind), below)


def _body(kind: Kind) -> Table:
    """Return the table inside a kind, an empty one for scalars."""
    inner = kind.item if isinstance(kind, Listed) else kind
    return inner if isinstance(inner, Table) else Table(())


def _row(path: str, key: Key) -> str:
    default = "" if key.default is None else f"`{_value(key.default)}`"
    return f"| `{path}` | {_words(key.kind)} | {default} | {key.doc} |"


def _value(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(kind: Kind) -> str:
    if isinstance(kind, Words):
        return ", ".join(f"`{word}`" for word in kind.words) if len(kind.words) < 8 else "a rule id or family code"
    if isinstance(kind, Text):
        return {"day": "`YYYY-MM-DD`", "glob": "glob", "regex": "regular expression"}.get(kind.form, "text")
    if isinstance(kind, (Whole, Number)):
        what = "whole number" if isinstance(kind, Whole) else "number"
        return f"{what}, {kind.least:g} to {kind.most:g}" if kind.most < 1_000_000 else f"{what}, from {kind.least:g}"
    if isinstance(kind, Listed):
        return f"list of {'mappings' if isinstance(kind.item, Table) else _words(kind.item) + 's'}"
    return {Flag: "true or false", Switch: "mapping or standing"}.get(type(kind), "mapping")


def _preset(preset: Preset) -> list[str]:
    name = f"`{preset.name}`" + (" (the default)" if preset.name == DEFAULT_PRESET else "")
    limits = ", ".join(
        f"{word} {'no limit' if limit is None else limit}"
        for word, limit in zip(("critical", "high", "medium", "low"), preset.thresholds.values(), strict=True)
    )
    strict = "always strict" if preset.strict else "strict only where a mode or `--strict` says so"
    lines = [f"### {name}", "", preset.doc, "", f"- Limits: {limits}; {strict}."]
    by_standing: dict[str, list[str]] = {}
    for rule, standing in preset.standings.items():
        by_standing.setdefault(standing.value, []).append(rule)
    lines += [f"- Standing `{standing}`: {', '.join(rules)}." for standing, rules in by_standing.items()]
    return [*lines, "- All other rules: as they were born.", ""]
