"""What the workflows of a tree let their tokens write, as permission bits with their places.

A grant counts where a job gets it: its own `permissions`, else those of its workflow. What a workflow grants and every
job replaces is no grant. A job for which nothing is declared has what the repository's setting gives; no file tells.

Source of the scopes: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
"""

from __future__ import annotations

from phase_mirror.l0 import UNKNOWN_SCOPE
from phase_mirror.l0 import WRITE_ALL as WRITE_ALL_BIT
from phase_mirror.model.policy import TOKEN_SCOPES
from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Mapping, text_of
from phase_mirror.repository.workflows.permissions import WRITE_ALL, permissions_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.policy import Policy, TokenCeiling
    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot

BITS = {
    "contents": 1 << 0,
    "pull-requests": 1 << 1,
    "issues": 1 << 2,
    "packages": 1 << 3,
    "deployments": 1 << 4,
    "actions": 1 << 5,
    "checks": 1 << 6,
    "statuses": 1 << 6,
    "security-events": 1 << 7,
    "id-token": 1 << 8,
    "pages": 1 << 9,
    "discussions": 1 << 10,
    "attestations": 1 << 11,
    "artifact-metadata": 1 << 11,
}
"""The bit of a scope. `checks` and `statuses` share one, so a ceiling for one allows the other. The scopes of
`TOKEN_SCOPES` that are not here have none: they are known, reach little, and MD-201 holds them against the ceiling."""


class WriteGrant(Record):
    """One place that grants write.

    Attributes:
        bit: of `permission_bits`; 0 for a scope that is known and has none.
        word: `write-all`, or the scope as it is written.
        span: where.
        locator: the key path, without line numbers.
    """

    bit: int
    word: str
    span: Span
    locator: str


def grants_of(tree: Snapshot, policy: Policy) -> list[WriteGrant]:
    """Return every write grant of a tree's workflows, each place once.

    Args:
        tree: the facts.
        policy: its `token_scopes` are known beside those of this version.
    """
    known = {scope.value.lower() for scope in policy.token_scopes} | set(TOKEN_SCOPES)
    found: list[WriteGrant] = []
    for workflow in tree.workflows.values():
        seen: set[int] = set()
        for job in workflow.jobs.values():
            node = permissions_node(workflow, job)
            if node is None or id(node) in seen:
                continue
            seen.add(id(node))
            locator = f"jobs.{job.id}.permissions" if job.node.get("permissions") is not None else "permissions"
            found += [WriteGrant(bit, word, workflow.span(place), locator) for bit, word, place in _writes(node, known)]
    return found


def _writes(node: Node, known: set[str]) -> Iterator[tuple[int, str, Node]]:
    """Yield bit, word and place of each write; scopes are compared without case, as the runner reads keys."""
    if text_of(node) == WRITE_ALL:
        yield WRITE_ALL_BIT, WRITE_ALL, node
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            if text_of(value) == "write":
                scope = key.value.lower()
                yield BITS.get(scope, 0 if scope in known else UNKNOWN_SCOPE), key.value, value


def ceiling_bits(ceiling: TokenCeiling) -> int:
    """Return the bits that a declared ceiling lets be set."""
    allowed = 0
    for scope, bit in BITS.items():
        if ceiling.allows(scope, "write"):
            allowed |= bit
    return allowed
