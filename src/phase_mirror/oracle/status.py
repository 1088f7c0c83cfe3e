"""How each finding stands: exempt, pre-existing or new; and which unreadable artifacts the change touched."""

from __future__ import annotations

from phase_mirror.config.records import CONFIG_PATHS
from phase_mirror.model.glob import matches_any
from phase_mirror.model.levels import Status
from phase_mirror.model.report import ExemptionUse
from phase_mirror.repository.codeowners import PLACES as CODEOWNERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.model.report import Item, Unreadable
    from phase_mirror.oracle.request import Change, Request
    from phase_mirror.repository.exemptions import InlineExemption
    from phase_mirror.repository.snapshot import Snapshot


ADDED = " (exemption added by this change)"
NEVER_INLINE = frozenset({"MD-407", "MD-409"})
"""Rules about exemptions and about the change itself: no comment of the change lets their findings pass."""


_GOVERNING_FOLDERS = (".github/", ".phase-mirror/")
_GOVERNING = frozenset(
    {*CODEOWNERS, *CONFIG_PATHS, ".asf.yaml", ".mergify.yml", ".mergify/config.yml", "bors.toml", "SECURITY.md"}
)
_ACTIONS = frozenset({"action.yml", "action.yaml"})


class Exemptions:
    """Answers whether an item is exempt, and counts the uses.

    The configuration's exemptions were read from the base of a change. An inline one covers only what is on the base
    too, unless the configuration lets the rule accept new ones: its author is the author of the change.

    Args:
        request: the analysis.
        inline: the exemptions written in the head's files.
        metas: rule metadata by id, for the rules' own `exempt` globs.
    """

    def __init__(self, request: Request, inline: Iterable[InlineExemption]) -> None:
        self.request = request
        self.today = request.stamp[:10]
        self.settings = {rule.META.id: request.config.rule(rule.META) for rule in request.rules}
        self.inline: dict[tuple[str, int], list[InlineExemption]] = {}
        for exemption in inline:
            self.inline.setdefault((exemption.span.path, exemption.target), []).append(exemption)
        self.uses: dict[tuple[object, ...], ExemptionUse] = {}

    def reason(self, item: Item, *, known: bool) -> str | None:
        """Return why an item is exempt, None when it is not.

        Args:
            item: the item.
            known: the same finding is on the base, or there is no base.
        """
        span = item.primary.span
        if span is None:
            return None
        for exemption in self.request.config.exemptions:
            if exemption.covers(item.rule_id, span.path, self.today):
                place = exemption.span
                self._count((exemption.rule,), place.path, place.line, exemption.reason, exemption.expires)
                return exemption.reason or "no reason given"
        for inline in self.inline.get((span.path, span.line), ()):
            if self._holds(inline, item, span.line, known=known):
                self._count(inline.rules, inline.span.path, inline.span.line, inline.reason, inline.expires)
                return (inline.reason or "no reason given") + ("" if known else ADDED)
        globs = self.settings[item.rule_id].exempt
        if globs and (matches_any(globs, span.path) or matches_any(globs, item.primary.value.partition("@")[0])):
            self._count((item.rule_id,), self.request.config.path, 0, f"rules.{item.rule_id}.exempt", "")
            return f"rules.{item.rule_id}.exempt in {self.request.config.path}"
        return None

    def marked(self, item: Item) -> bool:
        """Say whether an inline exemption speaks of an item, known or not."""
        span = item.primary.span
        here = self.inline.get((span.path, span.line), ()) if span else ()
        return any(inline.covers(item.rule_id, inline.target, self.today) for inline in here)

    def _holds(self, inline: InlineExemption, item: Item, line: int, *, known: bool) -> bool:
        if item.rule_id in NEVER_INLINE:
            return False
        allowed = known or self.settings[item.rule_id].accept_new_exemptions
        return allowed and inline.covers(item.rule_id, line, self.today)

    def _count(self, rules: tuple[str, ...], path: str, line: int, reason: str, expires: str) -> None:
        key = (rules, path, line, reason)
        used = self.uses.get(key)
        self.uses[key] = ExemptionUse(rules, path, line, reason, expires, used.covered + 1 if used else 1)


def mark(items: Iterable[Item], before: dict[str, int] | None, exemptions: Exemptions) -> list[Item]:
    """Return the items with their status; equal identities are numbered.

    Args:
        items: in order; their ids are fingerprints.
        before: how many findings of each fingerprint the base or the adoption baseline has; None without either.
        exemptions: what is exempt.
    """
    several = list(items)
    old = _old(several, before or {}, exemptions)
    seen: dict[str, int] = {}
    marked: list[Item] = []
    for item, known in zip(several, old, strict=True):
        seen[item.id] = seen.get(item.id, 0) + 1
        number = seen[item.id]
        reason = exemptions.reason(item, known=known or before is None)
        status = Status.EXEMPT if reason is not None else Status.PRE_EXISTING if known else Status.NEW
        marked.append(
            item.replace(
                id=item.id if number == 1 else f"{item.id}-{number}", status=status, status_reason=reason or ""
            )
        )
    return marked


def _old(items: list[Item], before: dict[str, int], exemptions: Exemptions) -> list[bool]:
    """Return which items are not new: of equal ones those with an exemption first, so that the copy is the new one."""
    left = dict(before)
    old = [False] * len(items)
    for number in sorted(range(len(items)), key=lambda number: not exemptions.marked(items[number])):
        identity = items[number].id
        if left.get(identity, 0) > 0:
            left[identity] -= 1
            old[number] = True
    return old


def governs(path: str, change: Change | None) -> bool:
    """Say whether a file governs changes, so that no verdict is given when the change makes it unreadable."""
    if path.startswith(_GOVERNING_FOLDERS) or path in _GOVERNING or path.rpartition("/")[2] in _ACTIONS:
        return True
    return change is not None and any(gate.path == path for gate in change.tip.gates)


def unreadable(head: Snapshot, change: Change | None) -> tuple[Unreadable, ...]:
    """Return what could not be read, with whether the change touched it."""
    entries = [head.unreadable[path] for path in sorted(head.unreadable)]
    return tuple(entry.replace(touched=change is not None and _touched(entry.path, head, change)) for entry in entries)


def _touched(path: str, head: Snapshot, change: Change) -> bool:
    """Say whether the change added or altered a path; an equal failure to read it on both sides is no change."""
    if path not in change.before.files:
        return True
    return head.read.get(path) != change.before.data(path)
