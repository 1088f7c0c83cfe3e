"""The settings of one protected branch, as the REST API, the Settings apps and `.asf.yaml` write them.

Source: https://docs.github.com/en/rest/branches/branch-protection#update-branch-protection (what is sent) and
`#get-branch-protection` (what comes back: switches as `{"enabled": true}`, people as objects).
"""

from __future__ import annotations

from phase_mirror.repository.gates.fields import whole_number
from phase_mirror.repository.gates.model import Bypass, Gate, RequiredCheck, Reviews, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.span import Span
    from phase_mirror.repository.gates.fields import Fields
    from phase_mirror.repository.gates.model import Flag

READ_CHECK_KEYS = frozenset(
    {"required_status_checks.strict", "required_status_checks.contexts", "required_status_checks.checks"}
)
"""Where required checks are read below one protected branch."""

STRAY_REASON = "required checks are read from `contexts` and `checks` under `required_status_checks` alone"

_PEOPLE = (("users", "user"), ("teams", "team"), ("apps", "app"))


def with_protection(gate: Gate, body: Fields, *, silent_app: int | None = None) -> Gate:
    """Return a gate with the settings of one protected branch.

    Args:
        gate: who, where and which branches.
        body: the mapping that holds `required_status_checks` and its like.
        silent_app: the app that must report a check named without one; None where that is not declared.
    """
    status = body.at("required_status_checks")
    checks = _checks(status, silent_app)
    admins = body.flag("enforce_admins")
    reviews = body.at("required_pull_request_reviews")
    return gate.replace(
        classic=True,
        checks=tuple(checks.values()),
        checks_at=_checks_at(status),
        strict=None if status.is_null else status.flag("strict"),
        reviews=None if reviews.is_null else _reviews(reviews),
        bypasses=(*_admins(admins), *_allowed(reviews.at("bypass_pull_request_allowances"))),
        enforce_admins=admins,
        linear_history=body.flag("required_linear_history"),
        signatures=body.flag("required_signatures"),
        conversation_resolution=body.flag("required_conversation_resolution"),
        force_pushes=body.flag("allow_force_pushes"),
        deletions=body.flag("allow_deletions"),
        locked=body.flag("lock_branch"),
        restrictions=_restrictions(body.at("restrictions")),
    )


def _checks(status: Fields, silent_app: int | None) -> dict[str, RequiredCheck]:
    """Return the checks by context; an entry of `checks` replaces the bare name of the same context."""
    found: dict[str, RequiredCheck] = {}
    if not (status.is_null or status.is_mapping or status.is_list):
        status.complain("'required_status_checks' must be a mapping")
    lists = [status] if status.is_list else [status.at("contexts"), status.at("checks")]
    for field in lists:
        for item in field.items():
            check = _check(item, silent_app)
            if check is not None:
                found[check.context] = check
    return found


def _check(item: Fields, silent_app: int | None) -> RequiredCheck | None:
    named = item.at("context") if item.is_mapping else item
    context = named.text()
    if not context or named.node is None:
        item.complain("a required check needs a name")
        return None
    app = item.at("app_id").node if item.is_mapping else None
    integration = whole_number(app)
    return RequiredCheck(
        context=context,
        span=item.document.span(named.node),
        locator=item.labelled(context).locator,
        document=item.document,
        integration=silent_app if integration is None else integration,
    )


def _checks_at(status: Fields) -> Span | None:
    """Return the list of checks that counts, or the section when it has none."""
    if status.is_null:
        return None
    lists = [status.at(key) for key in ("checks", "contexts") if not status.at(key).is_null]
    filled = [field for field in lists if field.items()]
    return (filled or lists or [status])[0].span


def _reviews(reviews: Fields) -> Reviews:
    if not reviews.is_mapping:
        reviews.complain("'required_pull_request_reviews' must be a mapping")
    return Reviews(
        span=reviews.span,
        locator=reviews.locator,
        count=reviews.count("required_approving_review_count"),
        code_owner=reviews.flag("require_code_owner_reviews"),
        dismiss_stale=reviews.flag("dismiss_stale_reviews"),
        last_push=reviews.flag("require_last_push_approval"),
    )


def _admins(enforced: Flag | None) -> Iterator[Bypass]:
    """Yield the administrators where the file says that they are not held; silence says nothing."""
    if enforced is not None and not enforced.value:
        yield Bypass("admin", "", "always", enforced.span, enforced.locator)


def _allowed(allowances: Fields) -> Iterator[Bypass]:
    """Yield who need not open a pull request."""
    for key, actor in _PEOPLE:
        for name, item in _names(allowances.at(key)):
            yield Bypass(actor, name, "always", item.span, item.labelled(name).locator, "reviews")


def _restrictions(field: Fields) -> Value | None:
    if field.is_null:
        return None
    names = tuple(sorted(name for key, _ in _PEOPLE for name, _ in _names(field.at(key))))
    return Value(names, field.span, field.locator)


def _names(people: Fields) -> Iterator[tuple[str, Fields]]:
    """Yield logins or slugs, written as texts or as the objects the API answers with."""
    for item in people.items():
        name = (item.text("login") or item.text("slug")) if item.is_mapping else item.text()
        if name:
            yield name, item
