"""How a repository pins the actions of others: by habit, and whom the habit leaves out.

The habit counts third parties alone. GitHub's own actions count with them only where they are mostly pinned, for many
policies pin strangers and leave `actions/*` at tags. An owner of whom nothing is pinned, used more than once, is taken
for an exemption.
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.workflows.facts import REMOTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.repository.workflows.uses import UseSite

PLATFORM_OWNERS = ("actions", "github")
"""Owners whose actions GitHub itself keeps."""

TAG_ONLY = ("slsa-framework/slsa-github-generator",)
"""Repositories whose workflows refuse to run by hash
(https://github.com/slsa-framework/slsa-github-generator#referencing-slsa-builders-and-generators)."""

LEAST_USES = 10
"""Fewer pinned uses are no habit."""

SHARE = 0.9
"""This part of the uses makes a habit: nine in ten."""

_MOSTLY = 0.5


class Practice(Record):
    """The habit of pinning by hash.

    Attributes:
        pinned: the uses that are.
        total: all that count.
        exempt: owners the habit leaves out, lower case.
    """

    pinned: tuple[UseSite, ...]
    total: int
    exempt: frozenset[str]


def third_parties(sites: Iterable[UseSite], slug: str) -> list[UseSite]:
    """Return the uses of other owners' repositories that can be pinned.

    Args:
        sites: all uses.
        slug: `owner/name` of the repository itself, empty when unknown.
    """
    own = slug.partition("/")[0].lower()
    return [
        site
        for site in sites
        if site.reference.kind == REMOTE
        and site.reference.owner.lower() != own
        and site.reference.slug.lower() not in TAG_ONLY
    ]


def practice_of(sites: list[UseSite], *, owner_known: bool) -> Practice | None:
    """Return the habit that uses of third parties show, None without one.

    Args:
        sites: uses of third parties.
        owner_known: the repository's own uses are left out already; else an owner of whom nothing is pinned may be it.
    """
    shares = {owner: _share(owned) for owner, owned in _by_owner(sites).items()}
    outside = {owner for owner in PLATFORM_OWNERS if owner in shares and shares[owner] < _MOSTLY}
    counted = [site for site in sites if site.reference.owner.lower() not in outside]
    pinned = tuple(site for site in counted if site.reference.pinned)
    if len(pinned) < LEAST_USES or len(pinned) < SHARE * len(counted):
        return None
    sizes = {owner: len(owned) for owner, owned in _by_owner(counted).items()}
    left_out = {owner for owner, size in sizes.items() if not shares[owner] and (size > 1 or not owner_known)}
    return Practice(pinned, len(counted), frozenset(outside | left_out))


def _by_owner(sites: list[UseSite]) -> dict[str, list[UseSite]]:
    owners: dict[str, list[UseSite]] = {}
    for site in sites:
        owners.setdefault(site.reference.owner.lower(), []).append(site)
    return owners


def _share(sites: list[UseSite]) -> float:
    return sum(site.reference.pinned for site in sites) / len(sites)


def typical(pinned: tuple[UseSite, ...], site: UseSite) -> UseSite:
    """Return the pinned use that is most like another: of the same action, in the same file, or the first."""
    same = [each for each in pinned if each.action.lower() == site.action.lower()]
    near = [each for each in pinned if each.path == site.path]
    return (same or near or list(pinned))[0]


def known_hash(sites: Iterable[UseSite], site: UseSite) -> str:
    """Return the one hash that the repository names for the same action at the same tag, else an empty text."""
    reference = site.reference
    found = {
        each.reference.ref
        for each in sites
        if each.reference.pinned
        and each.reference.kind == REMOTE
        and each.reference.slug.lower() == reference.slug.lower()
        and each.comment == reference.ref
    }
    return found.pop() if len(found) == 1 else ""
