"""The declared policy of a repository, each value with the place where it is declared: evidence of that side."""

from __future__ import annotations

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.span import Span

TOKEN_SCOPES = (
    "actions",
    "artifact-metadata",
    "attestations",
    "checks",
    "code-quality",
    "contents",
    "copilot-requests",
    "deployments",
    "discussions",
    "drives",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
    "vulnerability-alerts",
)
"""Permissions of the workflow token; `repository-projects` is the legacy one
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions). That page leaves out
`copilot-requests` (https://docs.github.com/en/copilot/how-tos/copilot-cli/use-copilot-cli-in-actions) and `drives`,
which the schema of https://github.com/actions/languageservices has."""

TOKEN_LEVELS = ("none", "read", "write")
"""Levels of a permission, narrowest first; write includes read."""

PIN_LEVELS = ("any", "tag", "sha")
"""How an action must be pinned, loosest first: not at all, by a version tag, by a commit hash."""


class TextAt(Record):
    """A declared text."""

    value: str
    span: Span


class FlagAt(Record):
    """A declared boolean."""

    value: bool
    span: Span


class CountAt(Record):
    """A declared whole number."""

    value: int
    span: Span


class TokenCeiling(Record):
    """The widest workflow token that is allowed: `policy.token_ceiling`.

    Attributes:
        span: the key itself, the evidence for scopes that are not named.
        grants: named scopes with their highest level; a scope that is not named is `none`.
    """

    span: Span
    grants: dict[str, TextAt]

    def level(self, scope: str) -> str:
        """Return the highest level allowed for a scope: `none`, `read` or `write`."""
        grant = self.grants.get(scope)
        return grant.value if grant else "none"

    def span_of(self, scope: str) -> Span:
        """Return where the level of a scope is declared."""
        grant = self.grants.get(scope)
        return grant.span if grant else self.span

    def allows(self, scope: str, level: str) -> bool:
        """Say whether a level of a scope stays within the ceiling."""
        return TOKEN_LEVELS.index(level) <= TOKEN_LEVELS.index(self.level(scope))


class PinPolicy(Record):
    """How actions must be pinned: `policy.pins`.

    Attributes:
        span: the key itself.
        actions: one of PIN_LEVELS.
        exempt: globs of `owner/name` that need no pin (`except` in the file).
    """

    span: Span
    actions: TextAt
    exempt: tuple[TextAt, ...] = ()


class GatePolicy(Record):
    """What the merge gate must enforce: `policy.gate`. None where nothing is declared.

    Attributes:
        span: the key itself.
        branch: the branch or branch glob it speaks of; None is the default branch.
        checks: names of checks that must be required.
        reviews: the least number of approving reviews.
        code_owner_review: a code owner must review.
        linear_history: no merge commits.
        merge_queue: changes merge through the queue.
        admin_bypass: administrators may bypass the gate.
    """

    span: Span
    branch: TextAt | None = None
    checks: tuple[TextAt, ...] = ()
    reviews: CountAt | None = None
    code_owner_review: FlagAt | None = None
    linear_history: FlagAt | None = None
    merge_queue: FlagAt | None = None
    admin_bypass: FlagAt | None = None


class Policy(Record):
    """The declared side where the repository has no other place for it; nothing is declared by default.

    Attributes:
        token_ceiling: the widest workflow token.
        pins: how actions are pinned.
        gate: what the merge gate enforces.
        external_checks: globs of check names that no workflow reports.
        sensitive_paths: path globs that need an owner, beside the built-in ones.
        token_scopes: permissions of the workflow token that this version does not know.
    """

    token_ceiling: TokenCeiling | None = None
    pins: PinPolicy | None = None
    gate: GatePolicy | None = None
    external_checks: tuple[TextAt, ...] = ()
    sensitive_paths: tuple[TextAt, ...] = ()
    token_scopes: tuple[TextAt, ...] = ()
