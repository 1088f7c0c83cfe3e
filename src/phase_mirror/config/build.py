"""Makes the typed records from a tree of settings that was found right."""

from __future__ import annotations

from phase_mirror.config.keys import COMMON
from phase_mirror.config.presets import PRESETS
from phase_mirror.config.records import (
    Breaker,
    Budget,
    Config,
    Demotion,
    Drift,
    ModeEntry,
    RedactionPattern,
    RuleEntry,
    Setting,
)
from phase_mirror.model.exemption import Exemption
from phase_mirror.model.policy import CountAt, FlagAt, GatePolicy, PinPolicy, Policy, TextAt, TokenCeiling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Tree = dict[str, Setting]


def build(tree: Tree, files: tuple[str, ...], preset: str) -> Config:
    """Return the configuration of a merged tree.

    Args:
        tree: settings nested by key.
        files: the files it was read from, nearest first.
        preset: the preset at the end of the chain.
    """
    redaction = below(tree, "redaction")
    return Config(
        files=files,
        version=value(tree, "version", 1),
        extends=preset,
        preset=PRESETS[preset],
        rules={code: _rule(entry.value) for code, entry in below(tree, "rules").items()},
        modes={name: _mode(entry.value) for name, entry in below(tree, "modes").items()},
        policy=_policy(below(tree, "policy")),
        claims=texts(tree, "claims"),
        exemptions=tuple(_exemption(item) for item in value(tree, "exemptions", ())),
        breaker=Breaker(**plain(below(tree, "breaker"))),
        demotion=Demotion(**plain(below(tree, "demotion"))),
        drift=Drift(**plain(below(tree, "drift"))),
        redaction=tuple(
            RedactionPattern(item.value["name"].value, item.value["regex"].value, item.place)
            for item in value(redaction, "patterns", ())
        ),
        budget=Budget(**plain(below(tree, "budget"))),
        tree=tree,
    )


def below(tree: Tree, name: str) -> Tree:
    """Return the settings below a key, none when it is absent."""
    found = tree.get(name)
    return found.value if found else {}


def value(tree: Tree, name: str, default: Any) -> Any:
    """Return the value of a key, or a default."""
    found = tree.get(name)
    return found.value if found else default


def plain(tree: Tree) -> dict[str, Any]:
    """Return the scalar values of a table by key."""
    return {name: setting.value for name, setting in tree.items()}


def texts(tree: Tree, name: str) -> tuple[TextAt, ...]:
    """Return a list of texts with their places."""
    return tuple(TextAt(item.value, item.place) for item in value(tree, name, ()))


def _rule(entry: Tree) -> RuleEntry:
    common = {name: entry[name] for name in COMMON if name in entry}
    return RuleEntry(**common, options={name: entry[name] for name in entry if name not in COMMON})


def _mode(entry: Tree) -> ModeEntry:
    return ModeEntry(entry.get("strict"), below(entry, "max"))


def _exemption(item: Setting) -> Exemption:
    return Exemption(span=item.place, **plain(item.value))


def _policy(tree: Tree) -> Policy:
    return Policy(
        token_ceiling=_ceiling(tree.get("token_ceiling")),
        pins=_pins(tree.get("pins")),
        gate=_gate(tree.get("gate")),
        external_checks=texts(tree, "external_checks"),
        sensitive_paths=texts(tree, "sensitive_paths"),
        token_scopes=texts(tree, "token_scopes"),
    )


def _ceiling(setting: Setting | None) -> TokenCeiling | None:
    if setting is None:
        return None
    return TokenCeiling(
        setting.place, {scope: TextAt(grant.value, grant.place) for scope, grant in setting.value.items()}
    )


def _pins(setting: Setting | None) -> PinPolicy | None:
    if setting is None or "actions" not in setting.value:
        return None
    actions: Setting = setting.value["actions"]
    return PinPolicy(setting.place, TextAt(actions.value, actions.place), texts(setting.value, "except"))


def _gate(setting: Setting | None) -> GatePolicy | None:
    if setting is None:
        return None
    tree: Tree = setting.value
    branch, reviews = tree.get("branch"), tree.get("reviews")
    return GatePolicy(
        span=setting.place,
        branch=TextAt(branch.value, branch.place) if branch else None,
        checks=texts(tree, "checks"),
        reviews=CountAt(reviews.value, reviews.place) if reviews else None,
        code_owner_review=_flag(tree, "code_owner_review"),
        linear_history=_flag(tree, "linear_history"),
        merge_queue=_flag(tree, "merge_queue"),
        admin_bypass=_flag(tree, "admin_bypass"),
    )


def _flag(tree: Tree, name: str) -> FlagAt | None:
    setting = tree.get(name)
    return FlagAt(setting.value, setting.place) if setting else None
