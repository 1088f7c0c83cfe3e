"""What the rules of the merge gate share: the required checks of the judged branch and the jobs that report them.

The tree under analysis is the tree of one branch. A gate of another branch waits on that branch's own workflow files,
so only gates of the tree's branch are judged.
"""

from __future__ import annotations

from functools import cached_property

from phase_mirror.model.glob import matches_any
from phase_mirror.model.record import Record
from phase_mirror.repository.gates.external import well_known_external
from phase_mirror.repository.gates.model import ANY_APP, GITHUB_ACTIONS, GITHUB_KINDS, LITERAL
from phase_mirror.repository.gates.union import effective, merged_checks, protected_branches
from phase_mirror.repository.workflows.checks import checks_of
from phase_mirror.repository.workflows.permissions import effective_grant
from phase_mirror.repository.workflows.reach import Occasion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.repository.gates.model import Gate, RequiredCheck
    from phase_mirror.repository.gates.union import EffectiveGate
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.checks import Check
    from phase_mirror.repository.workflows.facts import Workflow
    from phase_mirror.rules.protocol import Context


class Requirement(Record):
    """A check that a branch's gate requires by a literal name.

    Attributes:
        branch: the branch.
        gate: the layer that declares it first.
        check: that declaration.
        integration: the app that must report it, of any layer; None when no layer says.
        occasion: where it must report.
    """

    branch: str
    gate: Gate
    check: RequiredCheck
    integration: int | None
    occasion: Occasion

    @property
    def name(self) -> str:
        """Return the name of the check."""
        return self.check.context

    @property
    def place(self) -> str:
        """Return how a message names the gate."""
        return f"the gate on '{self.branch}' ({self.gate.path})"


class Required:
    """The required checks of a snapshot's branch, and the checks its jobs report on each occasion."""

    def __init__(self, facts: Snapshot, context: Context) -> None:
        self.facts = facts
        self.external = [glob.value for glob in context.policy.external_checks]
        self._reported: dict[tuple[Occasion, str], list[Check]] = {}
        self._required_jobs: dict[str, set[tuple[str, str]]] = {}

    def branches(self) -> list[str]:
        """Return the branches whose gates this tree can be held against."""
        own = self.facts.setting.branch or self.facts.default_branch
        if own:
            return [own]
        return protected_branches(self.facts.gates, None)[:1]

    def gate(self, branch: str) -> EffectiveGate:
        """Return what holds for a branch."""
        return effective(self.facts.gates, branch, self.facts.default_branch)

    def requirements(self) -> list[Requirement]:
        """Return every literal required check, each name once a branch; those of merge bots included."""
        found: list[Requirement] = []
        for branch in self.branches():
            whole = self.gate(branch)
            for each in (*merged_checks(whole.layers), *merged_checks(whole.beside)):
                gate, check = each.sources[0]
                if check.pattern == LITERAL:
                    occasion = Occasion.STAGING if check.occasion == "staging" else Occasion.PULL_REQUEST
                    found.append(Requirement(branch, gate, check, each.integration, occasion))
        return _each_once(found)

    def own(self) -> list[Requirement]:
        """Return the requirements of GitHub's own layers on pull requests that workflows are expected to meet."""
        return [need for need in self.requirements() if need.gate.kind in GITHUB_KINDS and not self.is_external(need)]

    def is_external(self, need: Requirement) -> bool:
        """Say whether something other than a workflow is known to report a check."""
        if need.integration not in {None, ANY_APP, GITHUB_ACTIONS}:
            return True
        if matches_any(self.external, need.name):
            return True
        return well_known_external(need.name) is not None

    def reported(self, need: Requirement, occasion: Occasion | None = None) -> list[Check]:
        """Return every check that a job could report on the occasion of a requirement, never-running starts too."""
        key = (occasion or need.occasion, need.branch)
        if key not in self._reported:
            self._reported[key] = checks_of(self.facts, *key)
        return self._reported[key]

    def producers(self, need: Requirement, occasion: Occasion | None = None) -> list[Check]:
        """Return the checks that may meet a requirement, those whose names have holes included."""
        return [check for check in self.reported(need, occasion) if check.start.runs and check.name.matches(need.name)]

    def literal_producers(self, need: Requirement) -> list[Check]:
        """Return the checks that surely have the name of a requirement; empty when an unknown name may have it too."""
        producers = self.producers(need)
        return [] if any(check.name.literal is None for check in producers) else producers

    def is_whole(self, need: Requirement) -> bool:
        """Say whether nothing that was not read can add to the gate of a requirement, or to what reports it."""
        return self.gate(need.branch).complete and not self.facts.unreadable

    def required_jobs(self, branch: str) -> set[tuple[str, str]]:
        """Return the jobs (path of the workflow, id) one of whose checks the gate of a branch requires.

        The callers of a job count with it; a name with holes counts where it may be a required one, and a call of
        another repository's workflow where the gate names the call alone, and every job of a workflow that a ruleset
        requires.
        """
        if branch not in self._required_jobs:
            needs = [need for need in self.requirements() if need.branch == branch]
            self._required_jobs[branch] = {
                (link.workflow.path, link.job.id)
                for need in needs
                for check in self.reported(need)
                if check.start.runs and (check.name.matches(need.name) or _is_meant(check, need.name))
                for link in check.chain
            } | self._whole_workflows(branch)
        return self._required_jobs[branch]

    def _whole_workflows(self, branch: str) -> set[tuple[str, str]]:
        """Return the jobs of the workflows that a ruleset requires to succeed as a whole."""
        paths = {word.value for gate in self.gate(branch).layers for word in gate.workflows}
        return {(path, job) for path in paths & self.facts.workflows.keys() for job in self.facts.workflows[path].jobs}

    @cached_property
    def reports_by_itself(self) -> bool:
        """Whether some job may create checks or statuses of any name through the API."""
        return self.calls_checks_api or any(_may_write_checks(workflow) for workflow in self.facts.workflows.values())

    @cached_property
    def calls_checks_api(self) -> bool:
        """Whether some workflow names the API of checks or statuses, or an action that reports under any name."""
        return any(sign in workflow.document.text for workflow in self.facts.workflows.values() for sign in _CHECKS_API)


_CHECKS_API = (
    "/statuses/",
    "/check-runs",
    "createCommitStatus",
    "checks.create",
    "test-reporter@",
    "publish-unit-test-result-action@",
    "action-junit-report@",
    "commit-status",
    "status-action",
    "checks-action",
)
"""Signs of a check or status that is made by hand."""


def _each_once(found: Iterable[Requirement]) -> list[Requirement]:
    """Keep the first of several requirements with the same declaration."""
    kept: dict[tuple[str, str], Requirement] = {}
    for need in found:
        kept.setdefault((need.gate.path, need.check.locator), need)
    return list(kept.values())


def _is_meant(check: Check, name: str) -> bool:
    """Say whether a required name is that of a job that calls another repository's workflow: MD-101 names the slip."""
    return not check.known and str(check.name).startswith(f"{name} / ")


def _may_write_checks(workflow: Workflow) -> bool:
    """Say whether a job of a workflow is granted to write checks or statuses."""
    grants = [effective_grant(workflow, job) for job in workflow.jobs.values()]
    return any(grant is not None and {"checks", "statuses"} & set(grant.writes()) for grant in grants)
