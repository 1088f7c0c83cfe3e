"""MD-201: does a workflow token get more than the repository allows it, or than its other workflows take?

With `policy.token_ceiling` every job is held against it: what the job declares, else its workflow, narrowed along calls
of reusable workflows. Without a ceiling two things speak for themselves: `write-all`, and a workflow without any
`permissions` among others that nearly all have them.

Silent: a wide grant of the workflow that every job replaces, a reusable workflow without `permissions` (its callers
decide), a workflow whose jobs all declare, siblings that mostly declare nothing.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.policy import TOKEN_SCOPES
from phase_mirror.model.record import Record
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.workflows.facts import LOCAL
from phase_mirror.repository.workflows.permissions import WRITE_ALL, narrowest, permissions_node, read_grant
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.model.policy import TokenCeiling
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Job, Workflow
    from phase_mirror.repository.workflows.permissions import Grant
    from phase_mirror.rules.protocol import Context, Verdict

_POLICY = """policy:
  token_ceiling: {contents: read, checks: write}
"""
_WORKFLOW = """on: push
permissions: {{contents: {level}}}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
"""

META = RuleMeta(
    id="MD-201",
    version="1.0",
    name="token-wider-than-policy",
    title="A workflow token may do more than the repository allows",
    why=(
        "Every step of a job, and every action it uses, can take the token. Whatever the token may do beyond the job's "
        "work is what a compromised action or a script injection can do too."
    ),
    remediation=(
        "Grant each job what it needs under `permissions`, and nothing for the whole workflow but `contents: read`."
    ),
    sources=(
        "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions",
        "https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information",
        "https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("workflows", "policy"),
    example_bad=(
        (".phase-mirror.yml", _POLICY),
        (".github/workflows/ci.yml", _WORKFLOW.format(level="write")),
    ),
    example_good=(
        (".phase-mirror.yml", _POLICY),
        (".github/workflows/ci.yml", _WORKFLOW.format(level="read")),
    ),
)

DEEPEST = 4
"""Levels of calls that are followed; GitHub nests reusable workflows to ten, real trees rarely past two."""
FEWEST_SIBLINGS = 3
"""Workflows that must declare `permissions` before one without them stands out."""
LEAST_SHARE = 0.75
"""Share of the other workflows that must declare them."""


class Holder(Record):
    """A job that holds a token.

    Attributes:
        chain: the callers, outermost first, then the job itself, each with its workflow.
        abroad: it calls a workflow that cannot be read here, which may narrow the token further.
    """

    chain: tuple[tuple[Workflow, Job], ...]
    abroad: bool

    @property
    def nodes(self) -> list[Node]:
        """Return the `permissions` along the chain, those that are declared."""
        return [node for node in (permissions_node(*link) for link in self.chain) if node is not None]

    @property
    def grants(self) -> list[Grant]:
        """Return what they grant, those that can be understood."""
        return [grant for grant in map(read_grant, self.nodes) if grant is not None]


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every grant beyond the ceiling; without one, for grants that stand out by themselves."""
    holders = list(_holders(facts))
    if not holders:
        return NotApplicable("no workflow has a job")
    ceiling = context.policy.token_ceiling
    if ceiling is not None:
        return [*_beyond(ceiling, holders), *_undeclared_under(ceiling, holders)]
    if not any(holder.nodes for holder in holders):
        return NotApplicable("no ceiling for the token is declared, and no workflow declares permissions")
    return [*_everything(holders), *_without(holders)]


def _holders(facts: Snapshot) -> Iterator[Holder]:
    """Yield every job that holds a token: called ones under their callers, else by themselves."""
    called: set[str] = set()
    for workflow in facts.workflows.values():
        if _is_started(workflow):
            for holder in _of(facts, workflow, ()):
                called.update(link[0].path for link in holder.chain)
                yield holder
    for workflow in facts.workflows.values():
        if workflow.path not in called:
            yield from _of(facts, workflow, ())


def _of(facts: Snapshot, workflow: Workflow, before: tuple[tuple[Workflow, Job], ...]) -> Iterator[Holder]:
    for job in workflow.jobs.values():
        chain = (*before, (workflow, job))
        reference = job.reference
        called = facts.workflows.get(reference.path) if reference and reference.kind == LOCAL else None
        if called is not None and len(chain) <= DEEPEST:
            yield from _of(facts, called, chain)
        else:
            yield Holder(chain, abroad=job.uses is not None)


def _is_started(workflow: Workflow) -> bool:
    """Say whether something other than a call starts a workflow."""
    return any(event != "workflow_call" for event in workflow.triggers)


# -- against a ceiling ------------------------------------------------------------------------------------------------


def _beyond(ceiling: TokenCeiling, holders: list[Holder]) -> list[Finding]:
    """Return one finding for every declared scope, or word for all scopes, that some job really gets."""
    found: dict[tuple[int, str], Finding] = {}
    for holder in holders:
        grants = holder.grants
        for scope in TOKEN_SCOPES:
            grant = narrowest(grants, scope)
            if grant is None or ceiling.allows(scope, grant.level(scope)):
                continue
            key = (id(grant.node), "" if grant.everything else scope)
            if key not in found or (found[key].confidence is not Confidence.HIGH and not holder.abroad):
                found[key] = _too_wide(ceiling, holder, grant, scope)
    return list(found.values())


def _too_wide(ceiling: TokenCeiling, holder: Holder, grant: Grant, scope: str) -> Finding:
    workflow, job = next(link for link in reversed(holder.chain) if permissions_node(*link) is grant.node)
    level = grant.level(scope)
    named = grant.everything or f"{scope}: {level}"
    allowed = f"at most `{scope}: {ceiling.level(scope)}`"
    edit = f"Write `{scope}: {ceiling.level(scope)}`" if ceiling.level(scope) != "none" else f"Remove `{scope}`"
    side = declared(ceiling.span_of(scope), allowed, locator="policy.token_ceiling", value=scope)
    if grant.everything:
        edit = "Name the scopes the job needs, within the ceiling,"
        allowed = "less"
        side = declared(ceiling.span, "the widest token allowed", locator="policy.token_ceiling", value="any")
    return META.finding(
        f"'{named}' is wider than the declared ceiling of the token",
        f"The policy allows the token {allowed}, and the job '{holder.chain[-1][1].id}' gets `{named}`.",
        side,
        actual(
            workflow.span(grant.nodes.get(scope, grant.node)),
            f"the token gets `{named}`",
            locator=_locator(workflow, job),
            value=named,
        ),
        remediation=(
            f"{edit} under `permissions` in {workflow.path}, or raise `policy.token_ceiling` where the wider token is "
            "meant."
        ),
        severity=Severity.HIGH if level == "write" else Severity.MEDIUM,
        confidence=Confidence.MEDIUM if holder.abroad else Confidence.HIGH,
    )


def _locator(workflow: Workflow, job: Job) -> str:
    """Return the place of the `permissions` that count for a job."""
    del workflow  # its path is in the span
    return f"jobs.{job.id}.permissions" if job.node.get("permissions") is not None else "permissions"


def _undeclared_under(ceiling: TokenCeiling, holders: list[Holder]) -> list[Finding]:
    """Return one finding for every workflow with a job whose token the repository's settings decide."""
    found: dict[str, Finding] = {}
    for workflow, job in _bare(holders):
        if workflow.path not in found:
            found[workflow.path] = _undeclared(
                workflow,
                job,
                declared(ceiling.span, "the widest token allowed", locator="policy.token_ceiling", value="any"),
                f"The policy sets a ceiling for the token, and the job '{job.id}' of {workflow.path} declares no "
                "`permissions`: the setting of the repository or organization decides, which may allow every write.",
            )
    return list(found.values())


def _bare(holders: list[Holder]) -> Iterator[tuple[Workflow, Job]]:
    """Yield every job that an event starts and that gets a token nobody in the tree declares, with its workflow.

    A called workflow that cannot be read may declare its own and is left out.
    """
    for holder in holders:
        first = holder.chain[0]
        if not holder.nodes and not holder.abroad and _is_started(first[0]):
            yield first


def _undeclared(workflow: Workflow, job: Job, side: Evidence, message: str) -> Finding:
    note = "no `permissions`, neither here nor above"
    return META.finding(
        f"'{workflow.path.rpartition('/')[2]}' does not say what its token may do",
        message,
        side,
        actual(workflow.span(job.key), note, locator="permissions", value="undeclared"),
        norm(META.sources[0], "without `permissions` the token has the default access of the repository"),
        remediation=(
            f"Add `permissions: {{contents: read}}` at the top of {workflow.path}, and what a job needs beyond it to "
            "the job."
        ),
        severity=Severity.MEDIUM,
        confidence=Confidence.LOW,
    )


# -- without a ceiling ------------------------------------------------------------------------------------------------


def _everything(holders: list[Holder]) -> list[Finding]:
    """Return one finding for every `write-all` that some job really gets."""
    found: dict[int, Finding] = {}
    for holder in holders:
        grants = holder.grants
        if not grants or any(grant.everything != WRITE_ALL for grant in grants):
            continue
        workflow, job = next(link for link in reversed(holder.chain) if permissions_node(*link) is not None)
        node = grants[-1].node
        started = _is_started(holder.chain[0][0])
        if id(node) not in found:
            found[id(node)] = META.finding(
                f"The token of '{job.id}' may write everything",
                f"`permissions: write-all` gives the job '{job.id}' of {workflow.path} a token that can write every "
                "part of the repository, whatever the job needs.",
                actual(workflow.span(node), "every scope with write", locator=_locator(workflow, job), value=WRITE_ALL),
                norm(META.sources[0], "scopes can be named one by one; one that is not named is `none`"),
                remediation=f"Replace `write-all` in {workflow.path} by the scopes that its jobs need, one by one.",
                confidence=Confidence.HIGH if started and not holder.abroad else Confidence.MEDIUM,
            )
    return list(found.values())


def _without(holders: list[Holder]) -> list[Finding]:
    """Return a finding for every workflow without any `permissions` whose siblings nearly all have them."""
    by_path: dict[str, list[Holder]] = {}
    for holder in holders:
        if _is_started(holder.chain[0][0]):
            by_path.setdefault(holder.chain[0][0].path, []).append(holder)
    declaring = {path for path, own in by_path.items() if any(holder.nodes for holder in own)}
    others = len(by_path) - 1
    if len(declaring) < FEWEST_SIBLINGS or len(declaring) < LEAST_SHARE * others:
        return []
    example = min(declaring)
    workflow, node = _first_declared(by_path[example])
    note = f"{len(declaring)} of the other {others} workflows declare theirs"
    side = declared(workflow.span(node), note, locator="permissions", value="declared")
    found: list[Finding] = []
    for path, own in by_path.items():
        bare = list(_bare(own))
        if path in declaring or not bare:
            continue
        found.append(
            _undeclared(
                *bare[0],
                side,
                f"{len(declaring)} of the other {others} workflows say what their token may do; {path} does not, so "
                "the setting of the repository or organization decides, which may allow every write.",
            )
        )
    return found


def _first_declared(own: list[Holder]) -> tuple[Workflow, Node]:
    """Return the first `permissions` of a workflow's jobs, with the workflow it stands in."""
    for holder in own:
        for link in holder.chain:
            node = permissions_node(*link)
            if node is not None:
                return link[0], node
    raise AssertionError("only called for workflows that declare")  # pragma: no cover
