"""Rulesets: exported from the web page, answered by the API, or written to be sent to it.

Sources: https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset and
https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
"""

from __future__ import annotations

from phase_mirror.model.glob import matches_any
from phase_mirror.repository.gates.fields import Fields, whole_number
from phase_mirror.repository.gates.model import (
    ACTIVE,
    BRANCH,
    DISABLED,
    EVALUATE,
    RULESET,
    BranchPattern,
    Bypass,
    Flag,
    Gate,
    MergeQueue,
    RequiredCheck,
    Reviews,
    Value,
    Word,
)
from phase_mirror.repository.gates.strays import stray_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.gates.model import IgnoredKey
    from phase_mirror.repository.snapshot import Snapshot

STRAY_REASON = (
    "a ruleset reads required checks from `parameters.required_status_checks` of a rule of that type, nowhere else"
)

_ACTORS = {
    "OrganizationAdmin": "organization_admin",
    "EnterpriseOwner": "organization_admin",
    "RepositoryRole": "role",
    "Team": "team",
    "Integration": "app",
    "DeployKey": "deploy_key",
    "User": "user",
}
_ADMIN_ROLE = "5"
"""Number of the repository role `admin` in `actor_id`
(https://registry.terraform.io/providers/integrations/github/latest/docs/resources/repository_ruleset#actor_id-1)."""


def read_rulesets(snapshot: Snapshot, document: Document) -> Iterator[Gate]:
    """Yield the rulesets of a JSON file: one, a list of them, or either under `rulesets` or `ruleset`."""
    yield from rulesets_in(Fields(snapshot, document, document.root), RULESET)


def rulesets_in(field: Fields, kind: str) -> Iterator[Gate]:
    """Yield the rulesets of a node."""
    if field.is_list:
        for item in field.items():
            if looks_like_ruleset(item):
                name = item.text("name")
                yield read_ruleset(item.labelled(name) if name else item, kind)
    elif looks_like_ruleset(field):
        yield read_ruleset(field, kind)
    else:
        for key in ("rulesets", "ruleset"):
            if field.has(key):
                yield from rulesets_in(field.at(key), kind)


def looks_like_ruleset(field: Fields) -> bool:
    """Say whether a mapping has the shape of a ruleset, as opposed to any JSON that has rules."""
    if not field.is_mapping or not field.at("rules").is_list:
        return False
    typed = all(item.text("type") for item in field.at("rules").items())
    return typed and (field.has("enforcement") or field.at("conditions").has("ref_name"))


def read_ruleset(field: Fields, kind: str) -> Gate:
    """Return the gate of one ruleset.

    Args:
        field: the mapping.
        kind: RULESET for a file of its own, else the kind of the file it stands in.
    """
    name = field.word("name")
    include, exclude = _branches(field.at("conditions").at("ref_name"))
    gate = Gate(
        kind=kind,
        path=field.document.path,
        document=field.document,
        name=name.value if name else "",
        span=name.span if name else field.span,
        locator=field.locator,
        enforcement=_enforcement(field),
        target=field.text("target") or BRANCH,
        include=include,
        exclude=exclude,
        bypasses=tuple(_bypasses(field.at("bypass_actors"))),
        ignored_keys=_strays(field),
        doubt=_doubt(field),
        number=field.text("id") or "",
    )
    for rule in field.at("rules").items():
        reader = _RULES.get(rule.text("type") or "")
        if reader is not None:
            gate = reader(gate, rule.labelled(rule.text("type") or ""))
    return gate


def _enforcement(field: Fields) -> Word:
    """Return the enforcement; without the key the API refuses the ruleset, so nothing is said."""
    word = field.word("enforcement")
    if word is None:
        return Word("", field.span, field.at("enforcement").locator)
    if word.value not in {ACTIVE, EVALUATE, DISABLED}:
        field.at("enforcement").complain("'enforcement' must be active, evaluate or disabled")
    return word


def _branches(ref_name: Fields) -> tuple[tuple[BranchPattern, ...], tuple[BranchPattern, ...]]:
    sides = []
    for key in ("include", "exclude"):
        items = [(item, item.text()) for item in ref_name.at(key).items()]
        sides.append(
            tuple(BranchPattern(text, item.document.span(item.node)) for item, text in items if text and item.node)
        )
    return sides[0], sides[1]


def _bypasses(actors: Fields) -> Iterator[Bypass]:
    for item in actors.items():
        if not item.is_mapping:
            item.complain("a bypass actor is a mapping of actor_id, actor_type and bypass_mode")
            continue
        kind = item.text("actor_type") or ""
        number = item.text("actor_id") or ""
        actor = "admin" if kind == "RepositoryRole" and number == _ADMIN_ROLE else _ACTORS.get(kind, kind)
        locator = item.labelled(f"{kind}:{number}").locator
        span = item.document.span(item.node) if item.node else item.span
        yield Bypass(actor, number, item.text("bypass_mode") or "always", span, locator)


def _doubt(field: Fields) -> str:
    """Return why a ruleset may be about other repositories: one of an organization names those it covers."""
    names = field.at("conditions").at("repository_name")
    slug = field.snapshot.setting.slug
    source = field.text("source") or ""
    if field.text("source_type") == "Repository" and slug and source.lower() not in {"", slug.lower()}:
        return f"the ruleset was exported from the repository '{source}'"
    if names.is_null:
        other = field.text("source_type") in {"Organization", "Enterprise"}
        by_other = any(field.at("conditions").has(key) for key in ("repository_id", "repository_property"))
        return "an organization's ruleset covers repositories that are not named here" if by_other or other else ""
    include = [item.text() or "" for item in names.at("include").items()]
    exclude = [item.text() or "" for item in names.at("exclude").items()]
    if "~ALL" in include and not exclude:
        return ""
    if not slug:
        return "an organization's ruleset names repositories, and the name of this one is not known"
    name = slug.rpartition("/")[2]
    covered = ("~ALL" in include or matches_any(include, name)) and not matches_any(exclude, name)
    return "" if covered else f"the ruleset does not cover the repository '{name}'"


def _strays(field: Fields) -> tuple[IgnoredKey, ...]:
    found = list(stray_keys(field, frozenset({"rules"}), STRAY_REASON))
    for rule in field.at("rules").items():
        kind = rule.text("type") or ""
        read = frozenset({"parameters.required_status_checks"} if kind == "required_status_checks" else ())
        found += stray_keys(rule.labelled(kind), read, STRAY_REASON)
    return tuple(found)


def _switch(rule: Fields, value: bool) -> Flag:
    """Return the flag that a rule without parameters sets by being there."""
    return Flag(value, _type_span(rule), rule.locator)


def _type_span(rule: Fields) -> Span:
    word = rule.word("type")
    return word.span if word else rule.span


def _required_checks(gate: Gate, rule: Fields) -> Gate:
    parameters = rule.at("parameters")
    listed = parameters.at("required_status_checks")
    checks = tuple(check for check in map(_check, listed.items()) if check)
    strict = parameters.flag("strict_required_status_checks_policy")
    return gate.replace(
        checks=(*gate.checks, *checks),
        checks_at=listed.span if listed.key else _type_span(rule),
        strict=strict if gate.strict is None or not gate.strict.value else gate.strict,
    )


def _check(item: Fields) -> RequiredCheck | None:
    named = item.at("context") if item.is_mapping else item
    context = named.text()
    if not context or named.node is None:
        item.complain("a required check needs a context")
        return None
    return RequiredCheck(
        context=context,
        span=item.document.span(named.node),
        locator=item.labelled(context).locator,
        document=item.document,
        integration=whole_number(item.at("integration_id").node),
    )


def _pull_request(gate: Gate, rule: Fields) -> Gate:
    parameters = rule.at("parameters")
    return gate.replace(
        reviews=Reviews(
            span=_type_span(rule),
            locator=rule.locator,
            count=parameters.count("required_approving_review_count"),
            code_owner=parameters.flag("require_code_owner_review"),
            dismiss_stale=parameters.flag("dismiss_stale_reviews_on_push"),
            last_push=parameters.flag("require_last_push_approval"),
            merge_methods=tuple(item.text() or "" for item in parameters.at("allowed_merge_methods").items()),
        ),
        conversation_resolution=parameters.flag("required_review_thread_resolution"),
    )


def _merge_queue(gate: Gate, rule: Fields) -> Gate:
    settings = {
        key: Value(text, value.document.span(value.node), value.locator)
        for key, value in rule.at("parameters").entries()
        if (text := value.text()) is not None and value.node is not None
    }
    return gate.replace(merge_queue=MergeQueue(_type_span(rule), rule.locator, settings))


def _workflows(gate: Gate, rule: Fields) -> Gate:
    words = (item.word("path") for item in rule.at("parameters").at("workflows").items())
    return gate.replace(workflows=tuple(word for word in words if word))


_RULES: dict[str, Callable[[Gate, Fields], Gate]] = {
    "required_status_checks": _required_checks,
    "pull_request": _pull_request,
    "merge_queue": _merge_queue,
    "workflows": _workflows,
    "required_linear_history": lambda gate, rule: gate.replace(linear_history=_switch(rule, True)),
    "required_signatures": lambda gate, rule: gate.replace(signatures=_switch(rule, True)),
    "non_fast_forward": lambda gate, rule: gate.replace(force_pushes=_switch(rule, False)),
    "deletion": lambda gate, rule: gate.replace(deletions=_switch(rule, False)),
    "update": lambda gate, rule: gate.replace(locked=_switch(rule, True)),
}
