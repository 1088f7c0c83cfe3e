"""What a `permissions` key grants, and what is left of it along calls of reusable workflows.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions and
https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
"""

from __future__ import annotations

from phase_mirror.model.policy import TOKEN_LEVELS, TOKEN_SCOPES
from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Mapping, Scalar, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.workflows.facts import Job, Workflow

WRITE_ALL = "write-all"
READ_ALL = "read-all"


class Grant(Record):
    """The declared `permissions` of a workflow or job.

    Attributes:
        node: the `permissions` value, for its position.
        everything: WRITE_ALL, READ_ALL, or empty when scopes are named one by one.
        scopes: level by scope (`none`, `read`, `write`), only what is named and known to GitHub.
        nodes: the value of each of them, for its position.
    """

    node: Node
    everything: str
    scopes: dict[str, str]
    nodes: dict[str, Scalar]

    def level(self, scope: str) -> str:
        """Return the level of a scope; one that is not named is `none`."""
        if self.everything == WRITE_ALL:
            return "write"
        if self.everything == READ_ALL:
            return "read"
        return self.scopes.get(scope, "none")

    def writes(self) -> list[str]:
        """Return the scopes with write, sorted; every known one under `write-all`."""
        if self.everything == WRITE_ALL:
            return sorted(TOKEN_SCOPES)
        return sorted(scope for scope, level in self.scopes.items() if level == "write")


def read_grant(node: Node | None) -> Grant | None:
    """Return what a `permissions` value grants; None without one or when it cannot be understood."""
    if isinstance(node, Mapping):
        nodes = {
            key.value: value
            for key, value in node.entries
            if key.value in TOKEN_SCOPES and isinstance(value, Scalar) and value.value in TOKEN_LEVELS
        }
        return Grant(node, "", {scope: value.value for scope, value in nodes.items()}, nodes)
    word = text_of(node)
    if node is not None and word in {WRITE_ALL, READ_ALL}:
        return Grant(node, word or "", {}, {})
    return None


def permissions_node(workflow: Workflow, job: Job) -> Node | None:
    """Return the `permissions` that count for a job: its own, else the workflow's; None where neither has any."""
    own = job.node.get("permissions")
    return own if own is not None else workflow.root.get("permissions")


def effective_grant(workflow: Workflow, job: Job) -> Grant | None:
    """Return the grant of a job: its own, else the workflow's, else None: the repository's setting decides."""
    return read_grant(permissions_node(workflow, job))


def narrowest(grants: list[Grant], scope: str) -> Grant | None:
    """Return the grant that decides a scope along a chain of calls, None where nothing is declared.

    A called workflow can only narrow the token of its caller.

    Args:
        grants: what each job of the chain declares, the outermost caller first; of equal ones the innermost decides.
        scope: the scope in question.
    """
    return min(reversed(grants), key=lambda grant: TOKEN_LEVELS.index(grant.level(scope)), default=None)
