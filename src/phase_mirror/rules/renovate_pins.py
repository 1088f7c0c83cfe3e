"""Does the Renovate set-up of the repository say that actions are pinned by hash?

A preset or `pinDigests` that reaches the GitHub Actions manager is such a declaration. A package rule that takes the
pinning away again is followed only as far as it names actions; one that says more makes the whole set-up unknown.
Dependabot updates tags and hashes alike and declares nothing.

Source: https://docs.renovatebot.com/presets-helpers/#helperspingithubactiondigests
"""

from __future__ import annotations

from functools import partial

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.json import read_json
from phase_mirror.repository.formats.tree import Mapping, Scalar, Sequence, boolean_of, entries_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot

PLACES = (
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
)
"""Where Renovate looks, first one first (https://docs.renovatebot.com/configuration-options/)."""

PRESETS = (
    "helpers:pinGitHubActionDigests",
    "helpers:pinGitHubActionDigestsToSemver",
    "config:best-practices",
)
"""Presets that pin actions (https://docs.renovatebot.com/presets-config/#configbest-practices for the last)."""

MANAGER = "github-actions"
_WORDS = ("pinDigests", "pinGitHubActionDigests", "best-practices")
_NAMES = frozenset({"matchPackageNames", "matchDepNames"})
_OTHER_TYPES = frozenset({"docker", "container", "service", "docker-container"})


class RenovatePins(Record):
    """A declaration of pinning.

    Attributes:
        span: of the preset or the key.
        key: `extends` or `pinDigests`.
        value: the preset, or `true`.
        exempt: actions that a package rule leaves out.
    """

    span: Span
    key: str
    value: str
    exempt: tuple[str, ...]


def renovate_pins(facts: Snapshot) -> RenovatePins | None:
    """Return the declaration of the Renovate file that counts; None without one or where it is not plain."""
    path = next((place for place in PLACES if place in facts.files), None)
    text = facts.text(path) if path else None
    if path is None or text is None or not any(word in text.text for word in _WORDS):
        return None
    document = facts.attempt(path, partial(read_json, path, text.text, limits=facts.limits, lenient=True))
    root = document.root if document is not None else None
    if document is None or not isinstance(root, Mapping) or not _reaches_actions(root):
        return None
    exempt = _exempt(root)
    declaring = next(_declaring(root), None)
    if exempt is None or declaring is None:
        return None
    key, node = declaring
    value = node.value if isinstance(node, Scalar) else ""
    return RenovatePins(document.span(node), key, value, exempt)


def _reaches_actions(root: Mapping) -> bool:
    own = root.get(MANAGER)
    managers = root.get("enabledManagers")
    off = (root.get("enabled"), root.get(MANAGER, "enabled"), root.get(MANAGER, "pinDigests"))
    if any(boolean_of(_plain(node)) is False for node in off) or (own is None and _is_off(root.get("pinDigests"))):
        return False
    return managers is None or MANAGER in _texts(managers)


def _is_off(node: Node | None) -> bool:
    return boolean_of(_plain(node)) is False


def _plain(node: Node | None) -> Node | None:
    return node if isinstance(node, Scalar) else None


def _declaring(root: Mapping) -> Iterator[tuple[str, Node]]:
    """Yield what says that actions are pinned."""
    extends = root.get("extends")
    for item in extends.items if isinstance(extends, Sequence) else ():
        if isinstance(item, Scalar) and item.value in PRESETS:
            yield "extends", item
    for holder in (root, root.get(MANAGER), *_rules(root)):
        flag = holder.get("pinDigests") if holder is not None else None
        if holder is None or flag is None or boolean_of(flag) is not True:
            continue
        conditions = {key.value for key, _ in entries_of(holder) if key.value.startswith("match")}
        speaks_of_all = conditions <= {"matchManagers"} and MANAGER in _texts(holder.get("matchManagers"))
        if holder is root or holder is root.get(MANAGER) or speaks_of_all:
            yield "pinDigests", flag


def _exempt(root: Mapping) -> tuple[str, ...] | None:
    """Return the actions that package rules leave unpinned; None where a rule cannot be followed."""
    found: list[str] = []
    for rule in _rules(root):
        off = _is_off(rule.get("pinDigests")) or _is_off(rule.get("enabled"))
        managers = _texts(rule.get("matchManagers"))
        types = _texts(rule.get("matchDepTypes"))
        if not off or (managers and MANAGER not in managers) or (types and set(types) <= _OTHER_TYPES):
            continue
        conditions = {key.value for key, _ in entries_of(rule) if key.value.startswith("match")}
        names = [name for key in _NAMES for name in _texts(rule.get(key))]
        if not names:
            if _is_off(rule.get("pinDigests")) or conditions <= {"matchManagers"}:
                return None
            continue
        if any(name.startswith(("/", "!")) for name in names):
            return None
        found += names
    return tuple(found)


def _rules(root: Mapping) -> list[Node]:
    rules = root.get("packageRules")
    return [rule for rule in rules.items if isinstance(rule, Mapping)] if isinstance(rules, Sequence) else []


def _texts(node: Node | None) -> list[str]:
    if isinstance(node, Scalar):
        return [node.value]
    return [item.value for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []
