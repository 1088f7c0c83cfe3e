"""What a workflow or a local action says, as records over its positioned tree."""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import boolean_of, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.formats.tree import Mapping, Node, Scalar

LOCAL = "local"
REMOTE = "remote"
DOCKER = "docker"

SELF = "$/"
"""How a `uses:` names this very repository at the running commit, without a checkout, since July 2026
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsuses)."""


class Uses(Record):
    """A parsed `uses:` value.

    Attributes:
        raw: the text as written.
        kind: LOCAL (`./path` in the work space, `$/path` in the repository), DOCKER (`docker://image`) or REMOTE
            (`owner/repo[/path]@ref`).
        owner: of a remote one.
        repository: name without owner, of a remote one.
        path: inside the repository for local and remote ones, without `./` or `$/`; the image of a docker one.
        ref: behind the `@`; tag or digest of a docker image.
    """

    raw: str
    kind: str
    owner: str = ""
    repository: str = ""
    path: str = ""
    ref: str = ""

    @property
    def slug(self) -> str:
        """Return `owner/repo` of a remote one."""
        return f"{self.owner}/{self.repository}"

    @property
    def is_workflow(self) -> bool:
        """Say whether a reusable workflow is named."""
        return self.path.startswith(".github/workflows/") and self.path.endswith((".yml", ".yaml"))

    @property
    def pinned(self) -> bool:
        """Say whether the content is fixed by a hash: a 40 or 64 digit commit, an image digest, or this very tree."""
        if self.kind == LOCAL:
            return True
        if self.kind == DOCKER:
            return self.ref.startswith("sha256:")
        return len(self.ref) in {40, 64} and all(digit in "0123456789abcdef" for digit in self.ref.lower())


def parse_uses(text: str) -> Uses | None:
    """Parse a `uses:` value; None when it holds an expression or has no known form."""
    raw = text.strip()
    if "${{" in raw or not raw:
        return None
    if raw.startswith("docker://"):
        image = raw[len("docker://") :]
        name, at, digest = image.partition("@")
        if at:
            return Uses(raw, DOCKER, path=name, ref=digest)
        name, colon, tag = image.rpartition(":")
        return Uses(raw, DOCKER, path=name, ref=tag) if colon and "/" not in tag else Uses(raw, DOCKER, path=image)
    if raw.startswith(("./", SELF)):
        return None if raw.startswith(SELF) and "@" in raw else Uses(raw, LOCAL, path=raw[2:].rstrip("/"))
    place, at, ref = raw.partition("@")
    parts = place.split("/", 2)
    if not at or len(parts) < 2 or not parts[0] or not parts[1]:
        return None
    return Uses(raw, REMOTE, parts[0], parts[1], parts[2].rstrip("/") if len(parts) == 3 else "", ref)


class Trigger(Record):
    """One event of `on`.

    Attributes:
        event: its name.
        key: where it is named.
        node: its settings, None when it has none.
    """

    event: str
    key: Scalar
    node: Node | None


class Step(Record):
    """One step of a job or composite action.

    Attributes:
        number: from 0.
        label: structural name for locators: id, name, action or `run`, without versions.
        uses, run: the scalar of that key.
        reference: `uses` parsed, None when it holds an expression.
    """

    number: int
    node: Mapping
    label: str
    uses: Scalar | None
    run: Scalar | None
    reference: Uses | None

    @property
    def id(self) -> str:
        """Return the id of the step, or an empty text."""
        return text_of(self.node.get("id")) or ""

    @property
    def condition(self) -> str | None:
        """Return the text of `if`."""
        return text_of(self.node.get("if"))

    @property
    def tolerated(self) -> bool | None:
        """Say whether `continue-on-error` is on; None when an expression decides."""
        node = self.node.get("continue-on-error")
        return False if node is None else boolean_of(node)

    def input(self, name: str) -> str | None:
        """Return an input under `with`; names compare without case, as the runner does."""
        node = self.input_node(name)
        return text_of(node)

    def input_node(self, name: str) -> Node | None:
        """Return the node of an input under `with`."""
        inputs = self.node.get("with")
        for key, value in getattr(inputs, "entries", ()):
            if key.value.lower() == name.lower():
                return value  # type: ignore[no-any-return]  # entries of a Mapping, told apart by getattr
        return None


class Job(Record):
    """One job.

    Attributes:
        id: its key.
        key: the key as a node.
        name: the `name` scalar, None without one.
        needs: the ids it waits for.
        uses: the reusable workflow it calls, None for an ordinary job.
        reference: `uses` parsed.
        steps: in order; empty for a caller.
    """

    id: str
    key: Scalar
    node: Mapping
    name: Scalar | None
    needs: tuple[Scalar, ...]
    uses: Scalar | None
    reference: Uses | None
    steps: tuple[Step, ...]

    @property
    def condition(self) -> str | None:
        """Return the text of `if`."""
        return text_of(self.node.get("if"))

    @property
    def matrix(self) -> Node | None:
        """Return the node of `strategy.matrix`."""
        return self.node.get("strategy", "matrix")


class Workflow(Record):
    """One file of `.github/workflows`, valid enough to be read.

    Attributes:
        name: the `name` scalar; GitHub shows the path when there is none.
        triggers: by event name.
        jobs: by id, in document order.
    """

    path: str
    document: Document
    root: Mapping
    name: Scalar | None
    triggers: dict[str, Trigger]
    jobs: dict[str, Job]

    def span(self, node: Node) -> Span:
        """Return the span of a node of this workflow."""
        return self.document.span(node)

    @property
    def title(self) -> str:
        """Return the name GitHub shows."""
        return self.name.value if self.name else self.path


class Action(Record):
    """A local action: an `action.yml` or `action.yaml`.

    Attributes:
        directory: of the file, empty for the root.
        using: `composite`, `docker`, `node20`, ... or empty.
        steps: of a composite action.
    """

    path: str
    directory: str
    document: Document
    root: Mapping
    using: str
    steps: tuple[Step, ...]

    def span(self, node: Node) -> Span:
        """Return the span of a node of this action."""
        return self.document.span(node)
