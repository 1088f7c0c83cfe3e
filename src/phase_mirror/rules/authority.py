"""What a job holds that is worth stealing: secrets, and a token that can write."""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Scalar
from phase_mirror.repository.workflows.expression_tree import ExpressionError
from phase_mirror.repository.workflows.expressions import find_expressions, parse, references
from phase_mirror.repository.workflows.permissions import WRITE_ALL, effective_grant
from phase_mirror.rules.protocol import actual
from phase_mirror.rules.untrusted import LIMITED_EVENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.workflows.permissions import Grant
    from phase_mirror.rules.taint import Run

STRONG = ("actions", "attestations", "contents", "deployments", "id-token", "packages", "pages", "workflows")
"""Scopes whose write reaches code, releases, packages or a cloud; the others write texts and labels."""


class SecretUse(Record):
    """One place that reads a secret.

    Attributes:
        name: of the secret, in upper case.
        document, scalar: where.
    """

    name: str
    document: Document
    scalar: Scalar


class Authority(Record):
    """What one run of a job holds.

    Attributes:
        grant: what its token may do, None when neither job, workflow nor caller declares it.
        document: where the grant is declared.
        secrets: each secret once.
        limited: a run from a fork gets neither secrets nor write.
    """

    grant: Grant | None
    document: Document
    secrets: tuple[SecretUse, ...]
    limited: bool

    @property
    def writes(self) -> list[str]:
        """Return the scopes the token is declared to write."""
        return self.grant.writes() if self.grant is not None and not self.limited else []

    @property
    def strong(self) -> bool:
        """Say whether it holds a secret, or writes more than texts and labels."""
        return not self.limited and (bool(self.secrets) or any(scope in STRONG for scope in self.writes))

    @property
    def certain(self) -> bool:
        """Say whether a declaration in the tree gives it something."""
        return not self.limited and bool(self.secrets or self.writes)

    @property
    def possible(self) -> bool:
        """Say whether it may hold something: the repository's setting decides what an undeclared token can do."""
        return self.certain or (self.grant is None and not self.limited)

    def words(self) -> str:
        """Return what it holds, for a sentence."""
        parts: list[str] = []
        if self.secrets:
            names = [f"`{use.name}`" for use in self.secrets[:3]]
            more = " and others" if len(self.secrets) > 3 else ""
            parts.append(f"the secret{'s' if len(self.secrets) > 1 else ''} {', '.join(names)}{more}")
        if self.grant is not None and self.grant.everything == WRITE_ALL:
            parts.append("a token that can write everything")
        elif self.writes:
            parts.append("a token with " + ", ".join(f"`{scope}: write`" for scope in self.writes[:4]))
        elif self.grant is None:
            parts.append("a token whose permissions the repository's settings decide")
        return " and ".join(parts)

    def evidence(self, place: str) -> Iterator[Evidence]:
        """Yield where the authority comes from: the first secret and the `permissions`.

        Args:
            place: locator of the job.
        """
        for use in self.secrets[:1]:
            span = use.document.span(use.scalar)
            yield actual(span, f"the job holds the secret {use.name}", locator=f"{place}.secrets", value=use.name)
        if self.grant is not None and self.writes:
            note = "the token can write " + ", ".join(self.writes[:4])
            span = self.document.span(self.grant.node)
            value = self.grant.everything or ",".join(self.writes)
            yield actual(span, note, locator=f"{place}.permissions", value=value)


def authority_of(run: Run) -> Authority:
    """Return what a run holds; a called job without `permissions` has its caller's token."""
    holder: Run | None = run
    grant, document = None, run.workflow.document
    while holder is not None and grant is None:
        grant, document = effective_grant(holder.workflow, holder.job), holder.workflow.document
        holder = holder.caller
    found: dict[str, SecretUse] = {}
    for node in (run.job.node, run.workflow.root.get("env")):
        for use in secret_uses(run.workflow.document, node):
            found.setdefault(use.name, use)
    return Authority(grant, document, tuple(found.values()), run.event in LIMITED_EVENTS)


def secret_uses(document: Document, node: Node | None) -> Iterator[SecretUse]:
    """Yield every secret that values below a node read, `GITHUB_TOKEN` left out."""
    if node is None or "secrets" not in document.text:
        return
    for scalar in node.walk():
        if isinstance(scalar, Scalar) and "secrets" in scalar.value:
            for name in secrets_in(scalar.value):
                yield SecretUse(name, document, scalar)


def secrets_in(text: str) -> list[str]:
    """Return the names of the secrets that the expressions of a text read, in upper case, `GITHUB_TOKEN` left out."""
    found: list[str] = []
    for _, _, inner in find_expressions(text):
        try:
            paths = references(parse(inner))
        except ExpressionError:
            continue
        found += [path[1].upper() for path in paths if path[0] == "secrets" and len(path) == 2 and path[1] not in "*?"]
    return [name for name in dict.fromkeys(found) if name != "GITHUB_TOKEN"]
