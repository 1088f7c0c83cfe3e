"""Every setting with its value and origin, stated or not: for `config show`, and to compare two configurations."""

from __future__ import annotations

from phase_mirror.config.keys import COMMON, SEVERITIES, root
from phase_mirror.config.kinds import Table
from phase_mirror.config.records import BRANCH_PREFIX, ModeEntry, Setting
from phase_mirror.model.levels import Mode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from phase_mirror.config.records import Config
    from phase_mirror.model.rule import RuleInfo


def settings(config: Config, catalogue: Iterable[RuleInfo]) -> list[Setting]:
    """Return every setting in the order of the table of keys.

    Rules have their effective standing and severity, modes their effective limits; what has neither a value nor a
    default (most of `policy`) is absent.
    """
    rules = tuple(catalogue)
    found: list[Setting] = []
    for key in root(rules).keys:
        if key.name == "rules":
            found += [setting for info in rules for setting in rule_settings(config, info).values()]
        elif key.name == "modes":
            branches = [name for name in config.modes if name.startswith(BRANCH_PREFIX)]
            names = [*(mode.value for mode in Mode), *branches]
            found += [setting for name in names for setting in mode_settings(config, name).values()]
        else:
            found += walk(Table((key,)), config.tree, "")
    return found


def rule_settings(config: Config, info: RuleInfo) -> dict[str, Setting]:
    """Return what holds for a rule, by key of its entry; `key` of each is where it holds, not where it is stated."""
    prefix = f"rules.{info.id}"
    entry = config.rules.get(info.id)
    found = {"standing": config.standing(info).replace(key=f"{prefix}.standing")}
    defaults: dict[str, Any] = {"severity": info.severity.value, "exempt": (), "accept_new_exemptions": False}
    for name in COMMON[1:]:
        stated = config.stated(info.id, name) or Setting("", defaults[name], "default")
        found[name] = stated.replace(key=f"{prefix}.{name}")
    for option in info.options:
        own = entry.options.get(option.name) if entry else None
        found[option.name] = own or Setting(f"{prefix}.{option.name}", option.default, "default")
    return found


def mode_settings(config: Config, name: str) -> dict[str, Setting]:
    """Return what one entry of `modes` and the preset say together, by `strict` and `max.<severity>`."""
    prefix = f"modes.{name}"
    entry = config.modes.get(name, ModeEntry())
    held = config.combined([entry])
    strict = entry.strict or Setting(f"{prefix}.strict", held.strict, config.preset_origin)
    found = {"strict": strict.replace(key=f"{prefix}.strict")}
    for word in SEVERITIES:
        limit = getattr(held.thresholds, word)
        key = f"{prefix}.max.{word}"
        found[f"max.{word}"] = entry.limits.get(word) or Setting(key, limit, config.preset_origin)
    return found


def walk(table: Table, tree: dict[str, Setting], prefix: str) -> Iterator[Setting]:
    """Yield the stated and defaulted settings of a table, scalars and lists alone."""
    for key in table.keys:
        stated = tree.get(key.name)
        path = f"{prefix}{key.name}"
        if isinstance(key.kind, Table):
            yield from walk(key.kind, stated.value if stated else {}, f"{path}.")
        elif stated is not None:
            yield stated
        elif key.default is not None:
            yield Setting(path, key.default, "default")


def plain_value(value: Any) -> Any:
    """Return a value without origins: lists and dicts of plain values."""
    if isinstance(value, Setting):
        return plain_value(value.value)
    if isinstance(value, dict):
        return {name: plain_value(item) for name, item in value.items()}
    return [plain_value(item) for item in value] if isinstance(value, (tuple, list)) else value
