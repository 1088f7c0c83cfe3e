"""`.github/settings.yml`: the Settings app, and the layout of safe-settings.

The Settings app reads the file of the very repository (https://github.com/repository-settings/app). safe-settings
reads one repository for a whole organization: `settings.yml` for all repositories, `suborgs/*.yml` for some,
`repos/<name>.yml` for one (https://github.com/github/safe-settings). Both hand `branches[].protection` to the REST API
as it stands, so a branch is a name without wildcards; safe-settings alone takes `default` for the default branch.
"""

from __future__ import annotations

from phase_mirror.model.glob import matches_any
from phase_mirror.repository.gates.classic import READ_CHECK_KEYS, STRAY_REASON, with_protection
from phase_mirror.repository.gates.fields import Fields
from phase_mirror.repository.gates.model import (
    ACTIVE,
    DISABLED,
    SAFE_SETTINGS,
    BranchPattern,
    Gate,
    Word,
)
from phase_mirror.repository.gates.rulesets import rulesets_in
from phase_mirror.repository.gates.strays import stray_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.snapshot import Snapshot

_READ = frozenset({"branches", "rulesets"})
_OTHER = "other"
_STRAY_REASON = "branch protection is read from `branches[].protection` alone"


def read_settings(snapshot: Snapshot, document: Document, kind: str, doubt: str) -> Iterator[Gate]:
    """Yield the protected branches and rulesets of a settings file.

    Args:
        snapshot: for complaints and the name of the repository.
        document: the file.
        kind: SETTINGS or SAFE_SETTINGS.
        doubt: why it may be about other repositories; a file of `suborgs` is asked itself.
    """
    root = Fields(snapshot, document, document.root)
    if "/suborgs/" in document.path:
        doubt = _suborg_doubt(root)
        if doubt == _OTHER:
            return
    partial = kind == SAFE_SETTINGS or root.has("_extends")
    gates = [_branch(item, kind) for item in root.at("branches").items() if item.is_mapping]
    gates += rulesets_in(root.at("rulesets"), kind)
    strays = stray_keys(root, _READ, _STRAY_REASON)
    if strays:
        gates.append(_empty(root, kind).replace(ignored_keys=strays))
    for gate in gates:
        yield gate.replace(partial=partial, doubt=gate.doubt or doubt)


def _suborg_doubt(root: Fields) -> str:
    """Return why a `suborgs` file may not cover this repository: empty when it does, _OTHER when it does not."""
    name = root.snapshot.setting.slug.rpartition("/")[2]
    globs = [item.text() or "" for item in root.at("suborgrepos").items()]
    if name and matches_any(globs, name):
        return ""
    if name and not any(root.has(key) for key in ("suborgteams", "suborgproperties")):
        return _OTHER
    return "the file is for some repositories of the organization, and it is not known whether this is one"


def _branch(item: Fields, kind: str) -> Gate:
    """Return the gate of one entry of `branches`; `protection: null` or `{}` takes the protection away."""
    name = item.word("name")
    label = item.labelled(name.value) if name else item
    body = label.at("protection")
    removed = body.node is not None and (body.is_null or (body.is_mapping and not list(body.entries())))
    gate = _empty(label, kind).replace(
        name=name.value if name else "",
        span=name.span if name else label.span,
        enforcement=Word(DISABLED if removed or body.node is None else ACTIVE, body.span, body.locator),
        include=(_pattern(name, kind),) if name else (),
    )
    strays = stray_keys(label, frozenset({"protection"}), _STRAY_REASON, inside=True)
    strays += stray_keys(body, READ_CHECK_KEYS, STRAY_REASON, inside=True)
    return with_protection(gate, body).replace(ignored_keys=strays)


def _pattern(name: Word, kind: str) -> BranchPattern:
    """Return the branch; the API refuses wildcards, and of the apps one alone knows `default`, so these are unknown."""
    if kind == SAFE_SETTINGS and name.value == "default":
        return BranchPattern("~DEFAULT_BRANCH", name.span)
    unknown = name.value == "default" or any(char in name.value for char in "*?[")
    return BranchPattern(name.value, name.span, "unknown" if unknown else "name")


def _empty(field: Fields, kind: str) -> Gate:
    """Return a gate that covers no branch."""
    return Gate(
        kind=kind,
        path=field.document.path,
        document=field.document,
        name="",
        span=field.span,
        locator=field.locator,
        enforcement=Word(DISABLED, field.span, field.locator),
    )
