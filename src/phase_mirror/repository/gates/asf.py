"""`.asf.yaml`: how projects of the Apache Software Foundation declare protected branches and rulesets.

Source: https://github.com/apache/infrastructure-asfyaml (README, `asfyaml/feature/github`). The file is read at the
root alone and only for repositories of the foundation. A branch is a name, never a pattern. A list of checks that is
empty removes the requirement, `strict` included; a branch whose value is not a mapping is not protected.
"""

from __future__ import annotations

from phase_mirror.repository.gates.classic import READ_CHECK_KEYS, STRAY_REASON, with_protection
from phase_mirror.repository.gates.fields import Fields, whole_number
from phase_mirror.repository.gates.model import (
    ACTIVE,
    ANY_APP,
    ASF,
    BRANCH,
    DISABLED,
    GITHUB_ACTIONS,
    BranchPattern,
    Bypass,
    Flag,
    Gate,
    RequiredCheck,
    Reviews,
    Word,
)
from phase_mirror.repository.gates.rulesets import looks_like_ruleset, read_ruleset
from phase_mirror.repository.gates.strays import stray_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.gates.model import IgnoredKey
    from phase_mirror.repository.snapshot import Snapshot

_READ = frozenset(f"protected_branches.*.{path}" for path in READ_CHECK_KEYS) | {"rulesets", "environments"}
_LEVEL = "`.asf.yaml` reads required checks from `github.protected_branches.<branch>.required_status_checks` alone"
_FOREIGN = "only repositories of the Apache Software Foundation are governed by .asf.yaml"


def read_asf(snapshot: Snapshot, document: Document) -> Iterator[Gate]:
    """Yield the protected branches and rulesets of `.asf.yaml`."""
    root = Fields(snapshot, document, document.root)
    github = root.at("github")
    gates = [_branch(field, name) for name, field in github.at("protected_branches").entries()]
    gates += [_ruleset(item) for item in github.at("rulesets").items() if item.is_mapping]
    strays = stray_keys(root, frozenset({"github"}), _LEVEL) + stray_keys(github, _READ, _LEVEL)
    if strays:
        gates.append(_empty(root).replace(ignored_keys=strays))
    owner = snapshot.setting.slug.partition("/")[0].lower()
    doubt = _FOREIGN if owner and owner != "apache" else ""
    for gate in gates:
        yield gate.replace(doubt=gate.doubt or doubt)


def _empty(field: Fields) -> Gate:
    """Return a gate that covers no branch."""
    return Gate(
        kind=ASF,
        path=field.document.path,
        document=field.document,
        name="",
        span=field.span,
        locator=field.locator,
        enforcement=Word(DISABLED, field.span, field.locator),
    )


def _branch(field: Fields, name: str) -> Gate:
    if not field.is_mapping:
        field.complain(f"the protected branch '{name}' must be a mapping, or it is not protected")
    gate = _empty(field).replace(
        name=name,
        enforcement=Word(ACTIVE if field.is_mapping else DISABLED, field.span, field.locator),
        include=(BranchPattern(name, field.span, "name"),),
        ignored_keys=_beside(field),
    )
    return with_protection(gate, field, silent_app=ANY_APP)


def _beside(field: Fields) -> tuple[IgnoredKey, ...]:
    """Return `checks` and `strict` beside their section; the other keys were found from the root."""
    found = stray_keys(field, READ_CHECK_KEYS, STRAY_REASON, inside=True)
    return tuple(key for key in found if key.key in {"checks", "strict"})


def _ruleset(item: Fields) -> Gate:
    """Return one ruleset, in the payload of the API or in the shorter syntax of the foundation."""
    name = item.word("name")
    item = item.labelled(name.value) if name else item
    if looks_like_ruleset(item):
        return read_ruleset(item, ASF)
    gate = _empty(item).replace(
        name=name.value if name else "",
        span=name.span if name else item.span,
        enforcement=Word(ACTIVE, item.span, item.locator),
        target=item.text("type") or BRANCH,
        include=_refs(item, "includes") or (BranchPattern("~DEFAULT_BRANCH", item.span),),
        exclude=_refs(item, "excludes"),
        bypasses=tuple(_teams(item)),
        force_pushes=_allowed(item, "restrict_force_push"),
        deletions=_allowed(item, "restrict_deletion"),
        linear_history=item.flag("required_linear_history"),
        signatures=item.flag("required_signatures"),
        conversation_resolution=item.flag("required_conversation_resolution"),
        reviews=_reviews(item.at("required_pull_request_reviews")),
    )
    listed = item.at("required_status_checks")
    return gate.replace(
        checks=tuple(check for check in map(_check, listed.items()) if check),
        checks_at=None if listed.is_null else listed.span,
        strict=item.flag("required_status_checks_strict"),
    )


def _refs(item: Fields, key: str) -> tuple[BranchPattern, ...]:
    refs = item.at("branches") if item.has("branches") else item.at("refs")
    named = [(entry, entry.text()) for entry in refs.at(key).items()]
    return tuple(BranchPattern(text, entry.document.span(entry.node)) for entry, text in named if text and entry.node)


def _allowed(item: Fields, key: str) -> Flag:
    """Return whether something is allowed: the shorter syntax restricts unless told otherwise."""
    restricted = item.flag(key)
    if restricted is None:
        return Flag(False, item.span, item.at(key).locator)
    return Flag(not restricted.value, restricted.span, restricted.locator)


def _teams(item: Fields) -> Iterator[Bypass]:
    mode = item.text("bypass_mode") or "always"
    for team in item.at("bypass_teams").items():
        slug = team.text()
        if slug and team.node is not None:
            yield Bypass("team", slug, mode, team.document.span(team.node), team.labelled(slug).locator)


def _reviews(field: Fields) -> Reviews | None:
    if field.is_null:
        return None
    return Reviews(
        span=field.span,
        locator=field.locator,
        count=field.count("required_approving_review_count"),
        code_owner=field.flag("require_code_owner_reviews"),
        dismiss_stale=field.flag("dismiss_stale_reviews"),
        last_push=field.flag("require_last_push_approval"),
    )


def _check(item: Fields) -> RequiredCheck | None:
    named = item
    if item.is_mapping:
        named = item.at("name") if item.has("name") else item.at("context")
    context = named.text()
    if not context or named.node is None:
        item.complain("a required check needs a name")
        return None
    app = item.at("app_slug") if item.has("app_slug") else item.at("integration_id")
    number = whole_number(app.node)
    slug = "" if number is not None or app.is_null else app.text() or ""
    known = GITHUB_ACTIONS if slug == "github-actions" else None
    return RequiredCheck(
        context=context,
        span=item.document.span(named.node),
        locator=item.labelled(context).locator,
        document=item.document,
        integration=number if number is not None else (known if slug else ANY_APP),
        app=slug,
    )
