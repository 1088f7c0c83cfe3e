"""Every `uses:` of a repository's own automation, with its place and its version comment."""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.formats.tree import Node, Scalar
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Job, Step, Uses, Workflow


class UseSite(Record):
    """One `uses:` whose value could be parsed.

    Attributes:
        document: the file it stands in.
        scalar: the value.
        reference: the value parsed.
        locator: its structural place.
        workflow, job: of a workflow, None in a local action.
        step: None where a job calls a reusable workflow.
    """

    document: Document
    scalar: Scalar
    reference: Uses
    locator: str
    workflow: Workflow | None
    job: Job | None
    step: Step | None

    @property
    def path(self) -> str:
        """Return the path of the file."""
        return self.document.path

    @property
    def span(self) -> Span:
        """Return the span of the value."""
        return self.document.span(self.scalar)

    @property
    def action(self) -> str:
        """Return `owner/repo/path` without the ref."""
        return self.reference.raw.partition("@")[0]

    @property
    def node(self) -> Node:
        """Return the mapping the value belongs to: the step, or the job that calls."""
        if self.step is not None:
            return self.step.node
        return self.job.node if self.job is not None else self.scalar

    @property
    def comment(self) -> str:
        """Return the comment behind the value on its line, without `#` and blanks; empty without one."""
        line = self.document.line(self.scalar.end_line)[self.scalar.end_column - 1 :]
        before, mark, text = line.partition("#")
        return text.strip() if mark and before.isspace() else ""

    @property
    def comment_span(self) -> Span:
        """Return the span of the comment, `#` included; of the value without one."""
        number = self.scalar.end_line
        line = self.document.line(number)
        at = line.find("#", self.scalar.end_column - 1)
        return Span(self.path, number, at + 1, number, len(line.rstrip()) + 1) if self.comment else self.span


def use_sites(snapshot: Snapshot) -> Iterator[UseSite]:
    """Yield every parsed `uses:` of the workflows and the repository's own actions, in order of path."""
    for workflow in snapshot.workflows.values():
        for job in workflow.jobs.values():
            if job.uses is not None and job.reference is not None:
                yield UseSite(workflow.document, job.uses, job.reference, f"jobs.{job.id}.uses", workflow, job, None)
            yield from _of_steps(workflow.document, job.steps, f"jobs.{job.id}.", workflow, job)
    for action in snapshot.actions.values():
        yield from _of_steps(action.document, action.steps, "runs.", None, None)


def _of_steps(
    document: Document, steps: tuple[Step, ...], place: str, workflow: Workflow | None, job: Job | None
) -> Iterator[UseSite]:
    for step in steps:
        if step.uses is not None and step.reference is not None:
            locator = f"{place}steps[{step.label}].uses"
            yield UseSite(document, step.uses, step.reference, locator, workflow, job, step)


@cache
def _version_shape() -> re.Pattern[str]:
    return re.compile(r"v?\d+(?:\.\d+){0,2}(?:[-+.][0-9A-Za-z.+-]+)?")


def is_version(ref: str) -> bool:
    """Say whether a ref looks like a version tag: `v4`, `4.2.1`, `v1.0.0-rc.1`; also `release/v1`, a release line."""
    return _version_shape().fullmatch(ref.rpartition("/")[2]) is not None
