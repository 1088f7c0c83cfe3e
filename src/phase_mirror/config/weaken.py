"""What a change makes weaker in the tool's own configuration: the input of MD-409.

Two configurations are compared by what they amount to, so that moving a value from a preset into the file is no change.
The order of each key stands in the table of keys; where none is known, a difference is reported as such.
"""

from __future__ import annotations

from phase_mirror.config import kinds
from phase_mirror.config.keys import MODE, entry_keys, root
from phase_mirror.config.kinds import Listed, Table, Words
from phase_mirror.config.records import BRANCH_PREFIX, Setting
from phase_mirror.config.show import mode_settings, plain_value, rule_settings
from phase_mirror.model.ids import family_of
from phase_mirror.model.levels import Mode
from phase_mirror.model.weakening import Weakening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from phase_mirror.config.kinds import Key
    from phase_mirror.config.records import Config
    from phase_mirror.model.rule import RuleInfo
    from phase_mirror.model.span import Span

    Tree = dict[str, Setting]

_EFFECTIVE = ("rules", "modes")
"""Sections whose values also come from presets and families."""


def weakenings(base: Config, head: Config, catalogue: Iterable[RuleInfo]) -> list[Weakening]:
    """Return what the head's configuration makes weaker than the base's.

    Args:
        base: as on the tip of the base branch.
        head: as the change leaves it; `Config()` when the change removes the file.
        catalogue: every rule.
    """
    rules = tuple(catalogue)
    found = _grouped(base, head, [*_rules(base, head, rules), *_modes(base, head)])
    for key in root(rules).keys:
        if key.name not in _EFFECTIVE:
            found += _key(key, base.tree.get(key.name), head.tree.get(key.name), key.name)
    return found


# -- rules and modes: what holds, wherever it is stated -----------------------------------------------------------


def _rules(base: Config, head: Config, rules: tuple[RuleInfo, ...]) -> Iterator[Weakening]:
    """Compare what holds for each rule."""
    for info in rules:
        before, after = rule_settings(base, info), rule_settings(head, info)
        for key in entry_keys(info.options):
            yield from _key(key, before[key.name], after[key.name], f"rules.{info.id}.{key.name}")


def _modes(base: Config, head: Config) -> Iterator[Weakening]:
    """Compare the limits of each mode, and of each branch pattern that one of the two names."""
    branches = [name for name in {**base.modes, **head.modes} if name.startswith(BRANCH_PREFIX)]
    for name in (*(mode.value for mode in Mode), *branches):
        before, after = mode_settings(base, name), mode_settings(head, name)
        for path, key in _leaves(MODE, ""):
            yield from _key(key, before[path], after[path], f"modes.{name}.{path}")


def _leaves(table: Table, prefix: str) -> Iterator[tuple[str, Key]]:
    for key in table.keys:
        if isinstance(key.kind, Table):
            yield from _leaves(key.kind, f"{prefix}{key.name}.")
        else:
            yield f"{prefix}{key.name}", key


def _grouped(base: Config, head: Config, found: list[Weakening]) -> list[Weakening]:
    """Return one entry for what one line of the file causes: a family's entry, or `extends`."""
    groups: dict[Span | None, list[Weakening]] = {}
    for one in found:
        groups.setdefault(one.span_after or one.span_before, []).append(one)
    grouped: list[Weakening] = []
    for span, several in groups.items():
        if span is None:
            grouped.append(_by_preset(base, head, several))
        elif len(several) > 1 and all(one.key.startswith("rules.") for one in several):
            grouped += _by_family(several)
        else:
            grouped += several
    return grouped


def _by_preset(base: Config, head: Config, several: list[Weakening]) -> Weakening:
    """Return the change of preset that makes several values weaker."""
    before, after = base.tree.get("extends"), head.tree.get("extends")
    return Weakening(
        "extends",
        base.extends,
        head.extends,
        before.span if before else None,
        after.span if after else None,
        any(one.known for one in several),
    )


def _by_family(several: list[Weakening]) -> list[Weakening]:
    """Return one entry for each key and entry that a family's line changes for all its rules."""
    merged: dict[tuple[str, str], list[Weakening]] = {}
    for one in several:
        _, rule, name = one.key.split(".", 2)
        merged.setdefault((f"rules.{family_of(rule)}.{name}", one.after), []).append(one)
    return [
        ones[0].replace(key=key, before=", ".join(sorted({one.before for one in ones})))
        for (key, _), ones in merged.items()
    ]


# -- one key ------------------------------------------------------------------------------------------------------


def _key(key: Key, before: Setting | None, after: Setting | None, path: str) -> Iterator[Weakening]:
    """Compare one key: a table by its keys, a list by its entries, a scalar by its order."""
    if isinstance(key.kind, Table):
        yield from _table(key, key.kind, before, after, path)
    elif isinstance(key.kind, Listed) and key.weaker != kinds.CHANGED:
        yield from _listed(key, key.kind, before, after, path)
    else:
        old, new = _value(key, before), _value(key, after)
        if _weaker(key, old, new):
            yield Weakening(path, _text(key, old), _text(key, new), *_spans(before, after), key.weaker != kinds.CHANGED)


def _table(key: Key, table: Table, before: Setting | None, after: Setting | None, path: str) -> Iterator[Weakening]:
    """Compare a table; one that makes demands by being there is weaker when it goes, and cannot be when it comes."""
    if key.weaker == kinds.REMOVED:
        if before is None:
            return
        if after is None:
            yield Weakening(path, "declared", "", before.span, None, known=True)
            return
    yield from _below(table, before.value if before else {}, after.value if after else {}, path)


def _below(table: Table, before: Tree, after: Tree, path: str) -> Iterator[Weakening]:
    for key in table.keys:
        yield from _key(key, before.get(key.name), after.get(key.name), f"{path}.{key.name}")


def _listed(key: Key, kind: Listed, before: Setting | None, after: Setting | None, path: str) -> Iterator[Weakening]:
    """Compare a list as a set; entries that are tables are told apart by their required keys."""
    old = {_identity(kind, item): item for item in (before.value if before else ())}
    new = {_identity(kind, item): item for item in (after.value if after else ())}
    if key.weaker == kinds.ADDED:
        for name, item in new.items():
            if name not in old:
                yield Weakening(path, "", " ".join(name), None, item.span, known=True)
    elif key.weaker == kinds.REMOVED:
        kept = {name[0] for name in new}
        for name, item in old.items():
            if name not in new:
                known = name[0] not in kept
                yield Weakening(path, " ".join(name), "", item.span, after.span if after else None, known)
    if isinstance(kind.item, Table):
        for name, item in old.items():
            if name in new:
                yield from _below(kind.item, item.value, new[name].value, path)


def _identity(kind: Listed, item: Setting) -> tuple[str, ...]:
    if isinstance(kind.item, Table):
        return tuple(str(item.value[key.name].value) for key in kind.item.keys if key.required)
    return (str(item.value),)


def _value(key: Key, setting: Setting | None) -> Any:
    return key.default if setting is None else plain_value(setting)


def _spans(before: Setting | None, after: Setting | None) -> tuple[Span | None, Span | None]:
    return before.span if before else None, after.span if after else None


def _text(key: Key, value: Any) -> str:
    if value is None:
        return "no limit" if key.weaker == kinds.MORE else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _weaker(key: Key, old: Any, new: Any) -> bool:
    """Say whether a scalar became weaker by the order of its key."""
    if key.weaker == kinds.CHANGED:
        return bool(old != new)
    order = _ORDERS.get(key.weaker)
    return order is not None and order(key, old, new)


def _less(_key: Key, old: Any, new: Any) -> bool:
    return (new or 0) < (old or 0)


def _more(_key: Key, old: Any, new: Any) -> bool:
    return old is not None and (new is None or new > old)


def _down(key: Key, old: Any, new: Any) -> bool:
    return _rank(key, new) < _rank(key, old)


def _up(key: Key, old: Any, new: Any) -> bool:
    return max(_rank(key, new), 0) > max(_rank(key, old), 0)


def _rank(key: Key, word: str | None) -> int:
    """Return the place of a word in its list, -1 for none."""
    return key.kind.words.index(word) if isinstance(key.kind, Words) and word is not None else -1


def _false(_key: Key, old: Any, new: Any) -> bool:
    return old is True and new is not True


def _true(_key: Key, old: Any, new: Any) -> bool:
    return old is False and new is not False


_ORDERS = {
    kinds.LESS: _less,
    kinds.MORE: _more,
    kinds.LATER: _more,  # days compare as texts, and no day is the latest
    kinds.DOWN: _down,
    kinds.UP: _up,
    kinds.FALSE: _false,
    kinds.TRUE: _true,
}
