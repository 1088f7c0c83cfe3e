"""Branch protection written as JSON of the REST shape.

No tool defines such a file: people keep the body they send, the answer they got, or their own collection of bodies by
branch. So a body is known by its keys, and its branch by what stands around it.

Source: https://docs.github.com/en/rest/branches/branch-protection
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.repository.gates.classic import READ_CHECK_KEYS, STRAY_REASON, with_protection
from phase_mirror.repository.gates.fields import Fields
from phase_mirror.repository.gates.model import (
    ACTIVE,
    BRANCH_PROTECTION,
    BranchPattern,
    Gate,
    Word,
)
from phase_mirror.repository.gates.strays import stray_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.snapshot import Snapshot

_BODY_KEYS = frozenset(
    {
        "required_status_checks",
        "required_pull_request_reviews",
        "enforce_admins",
        "restrictions",
        "required_linear_history",
        "required_signatures",
        "required_conversation_resolution",
        "allow_force_pushes",
        "allow_deletions",
        "lock_branch",
        "block_creations",
    }
)
_TELLING = frozenset({"required_status_checks", "required_pull_request_reviews", "enforce_admins"})
"""At least one of these makes a mapping a protection, together with another key of the API."""

_BRANCH_KEYS = ("branch", "pattern", "name", "branch_name", "branch_pattern")

_STRUCTURE = frozenset(
    {
        "protection",
        "protections",
        "protection_rules",
        "protection_settings",
        "rules",
        "rule",
        "settings",
        "branches",
        "branch",
        "branch_protection",
        "branch_protections",
        "branch_protection_rules",
        "branch_protection_rule",
        "protected_branches",
        "github",
        "config",
        "configuration",
    }
)
"""Keys that group bodies and are not the name of a branch."""

_DEEPEST = 6


def read_protections(snapshot: Snapshot, document: Document) -> Iterator[Gate]:
    """Yield the protections of a JSON file."""
    root = Fields(snapshot, document, document.root)
    yield from _find(root, None, 0)


def _find(field: Fields, around: BranchPattern | None, depth: int) -> Iterator[Gate]:
    """Yield the bodies at and below a node; `around` is the branch that a key or a sibling named."""
    if depth > _DEEPEST:
        return
    if _is_body(field):
        yield _gate(field, around)
    elif field.is_list:
        for item in field.items():
            named = _named(item)
            yield from _find(item.labelled(named.text) if named else item, named or around, depth + 1)
    else:
        own = _named(field) or around
        for key, value in field.entries():
            if value.is_mapping or value.is_list:
                is_name = key.lower() not in _STRUCTURE and not key.startswith("_") and value.is_mapping
                branch = BranchPattern(key, value.span, "name") if is_name else own
                yield from _find(value, branch, depth + 1)


def _is_body(field: Fields) -> bool:
    if not field.is_mapping:
        return False
    keys = {key for key, _ in field.entries()}
    return bool(keys & _TELLING) and len(keys & _BODY_KEYS) > 1


def _named(field: Fields) -> BranchPattern | None:
    """Return the branch that a mapping names by a key of its own."""
    if not field.is_mapping:
        return None
    for key in _BRANCH_KEYS:
        word = field.word(key)
        if word is not None and word.value and " " not in word.value:
            return BranchPattern(word.value, word.span, "ref" if "*" in word.value or key == "pattern" else "name")
    return None


def _gate(field: Fields, around: BranchPattern | None) -> Gate:
    address = _from_address(field)
    branch = _named(field) or address or around or _from_file(field)
    base = Gate(
        kind=BRANCH_PROTECTION,
        path=field.document.path,
        document=field.document,
        name=branch.text if branch else "",
        span=branch.span if branch else field.span,
        locator=field.locator,
        enforcement=Word(ACTIVE, field.span, field.locator),
        include=(branch or BranchPattern("~DEFAULT_BRANCH", field.span),),
        branch_assumed=branch is None,
        ignored_keys=stray_keys(field, READ_CHECK_KEYS, STRAY_REASON, inside=True),
        doubt=_doubt(field),
    )
    return with_protection(base, field)


@cache
def _address() -> re.Pattern[str]:
    return re.compile(r"/repos/([^/]+/[^/]+)/branches/(.+)/protection/?$")


def _from_address(field: Fields) -> BranchPattern | None:
    """Return the branch in the `url` of an answer of the API."""
    word = field.word("url")
    found = _address().search(word.value) if word else None
    if word is None or found is None:
        return None
    from urllib.parse import unquote  # noqa: PLC0415 - answers of the API are rare

    return BranchPattern(unquote(found[2]), word.span, "name")


def _doubt(field: Fields) -> str:
    """Return whether the `url` of an answer speaks of another repository."""
    found = _address().search(field.text("url") or "")
    slug = field.snapshot.setting.slug
    if found is None or not slug or found[1].lower() == slug.lower():
        return ""
    return f"the file was answered for the repository '{found[1]}'"


_FILE_WORDS = frozenset(
    {"branch", "branches", "protection", "protections", "protected", "protect", "rule", "rules", "github", "json"}
)
_BRANCH_WORDS = frozenset({"main", "master", "develop", "dev", "staging", "production", "prod", "release", "trunk"})


def _from_file(field: Fields) -> BranchPattern | None:
    """Return the branch that the file name holds beside the words for protection, when it is a usual one."""
    stem = field.document.path.rpartition("/")[2].removesuffix(".json").lower()
    words = [word for word in re.split(r"[-_.]", stem) if word and word not in _FILE_WORDS]
    if len(words) == 1 and words[0] in _BRANCH_WORDS:
        return BranchPattern(words[0], field.span, "name")
    return None
