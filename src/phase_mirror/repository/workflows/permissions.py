"""What a `permissions` key grants.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Mapping, Scalar, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.workflows.facts import Job, Workflow

LEVELS = {"none": 0, "read": 1, "write": 2}

SCOPES = (
    "actions",
    "artifact-metadata",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
)
"""The scopes GitHub knows; a scope that is not named in a `permissions` mapping is `none`."""

WRITE_ALL = "write-all"
READ_ALL = "read-all"


class Grant(Record):
    """The effective `permissions` of a workflow or job.

    Attributes:
        node: the `permissions` value, for its position.
        everything: WRITE_ALL, READ_ALL, or empty when scopes are named one by one.
        scopes: level by scope (`none`, `read`, `write`), only what is named.
        nodes: the value of each named scope, for its position.
    """

    node: Node
    everything: str
    scopes: dict[str, str]
    nodes: dict[str, Scalar]

    def level(self, scope: str) -> str:
        """Return the level of a scope."""
        if self.everything == WRITE_ALL:
            return "write"
        if self.everything == READ_ALL:
            return "read"
        return self.scopes.get(scope, "none")

    def writes(self) -> list[str]:
        """Return the scopes with write, sorted; every known one under `write-all`."""
        if self.everything == WRITE_ALL:
            return sorted(SCOPES)
        return sorted(scope for scope, level in self.scopes.items() if level == "write")


def read_grant(node: Node | None) -> Grant | None:
    """Return what a `permissions` value grants; None without one or when it cannot be understood."""
    if isinstance(node, Mapping):
        nodes = {key.value: value for key, value in node.entries if isinstance(value, Scalar)}
        return Grant(node, "", {scope: value.value for scope, value in nodes.items()}, nodes)
    word = text_of(node)
    if node is not None and word in {WRITE_ALL, READ_ALL}:
        return Grant(node, word or "", {}, {})
    return None


def effective_grant(workflow: Workflow, job: Job) -> Grant | None:
    """Return the grant of a job: its own, else the workflow's, else None: the repository's setting decides."""
    own = job.node.get("permissions")
    return read_grant(own if own is not None else workflow.root.get("permissions"))
