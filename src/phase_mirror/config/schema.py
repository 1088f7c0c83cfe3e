"""The JSON Schema of the configuration file, for editors, made from the table of keys."""

from __future__ import annotations

from phase_mirror.config.keys import root
from phase_mirror.config.kinds import Flag, Listed, Number, Switch, Table, Text, Whole, Words
from phase_mirror.config.presets import PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from phase_mirror.config.kinds import Key, Kind
    from phase_mirror.model.rule import RuleInfo

SCHEMA_ID = "https://github.com/phase-mirror/phase-mirror/blob/main/src/phase_mirror/config/phase-mirror.schema.json"

_DAY = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_NAME = "^[a-z0-9]+(-[a-z0-9]+)*$"


def config_schema(catalogue: Iterable[RuleInfo]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of `.phase-mirror.yml`.

    Editors read YAML 1.1 as often as 1.2, so `off` may reach the schema as false, and both are allowed.

    Args:
        catalogue: every rule, for ids and options.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Phase Mirror configuration",
        "description": "What `.phase-mirror.yml` may say.",
        **_table(root(catalogue)),
    }


def _table(table: Table) -> dict[str, Any]:
    shaped: dict[str, Any] = {
        "type": ["object", "null"],
        "properties": {key.name: _key(key) for key in table.keys},
        "additionalProperties": False,
    }
    required = [key.name for key in table.keys if key.required]
    if required:
        shaped["required"] = required
        shaped["type"] = "object"
    if table.prefixed is not None:
        shaped["patternProperties"] = {f"^{table.prefix}.": _key(table.prefixed)}
    return shaped


def _key(key: Key) -> dict[str, Any]:
    shaped = {"description": key.doc, **_kind(key.kind)}
    if key.default is not None:
        shaped["default"] = list(key.default) if isinstance(key.default, tuple) else key.default
    return shaped


def _kind(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, Table):
        return _table(kind)
    if isinstance(kind, Switch):
        return {"anyOf": [{"enum": [*kind.words, False]}, _table(kind.table)]}
    if isinstance(kind, Listed):
        return {"type": ["array", "null"], "items": _kind(kind.item), "maxItems": kind.longest}
    return _scalar(kind)


def _scalar(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, Flag):
        return {"type": "boolean"}
    if isinstance(kind, Words):
        return {"enum": list(kind.words)}
    if isinstance(kind, Text):
        return _text(kind)
    if isinstance(kind, Whole):
        return {"type": "integer", "minimum": kind.least, "maximum": kind.most}
    if isinstance(kind, Number):
        return {"type": "number", "minimum": kind.least, "maximum": kind.most}
    raise TypeError(f"no such kind: {kind!r}")


def _text(kind: Text) -> dict[str, Any]:
    shaped: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": kind.longest}
    if kind.form == "extends":
        return {"anyOf": [{"enum": list(PRESETS)}, {**shaped, "pattern": r"^(?!.*://)[^/~].*\.ya?ml$"}]}
    if kind.form == "day":
        shaped["pattern"] = _DAY
    elif kind.form == "name":
        shaped["pattern"] = _NAME
    elif kind.form == "regex":
        shaped["format"] = "regex"
    return shaped
