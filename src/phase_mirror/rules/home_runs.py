"""Which workflows run in this very repository, and how surely a condition lets something run there.

A reusable workflow runs in the tree, and with the name, of whoever calls it: one that only `workflow_call` starts is at
home here when a workflow of this repository calls it. A workflow whose branch filters leave the default branch out runs
from the files of another branch.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence
from phase_mirror.repository.workflows.expressions import ExpressionError, condition
from phase_mirror.repository.workflows.facts import LOCAL
from phase_mirror.repository.workflows.reach import filter_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Job, Step, Trigger

CALL = "workflow_call"
_BRANCHED = ("push", "pull_request", "pull_request_target", "merge_group")
"""Events that take the workflow from the branch that their filter names."""


def home_workflows(facts: Snapshot) -> dict[str, Confidence]:
    """Return the workflows that run in this tree, by path.

    HIGH where an event of its own starts one, MEDIUM where a workflow of this repository must call it.
    """
    found = {
        path: Confidence.HIGH
        for path, workflow in facts.workflows.items()
        if any(starts_here(trigger, facts.default_branch) for trigger in workflow.triggers.values())
    }
    waiting = list(found)
    while waiting:
        for job in facts.workflows[waiting.pop()].jobs.values():
            callee = job.reference.path if job.reference and job.reference.kind == LOCAL else ""
            if callee in facts.workflows and callee not in found and CALL in facts.workflows[callee].triggers:
                found[callee] = Confidence.MEDIUM
                waiting.append(callee)
    return found


def starts_here(trigger: Trigger, default_branch: str | None) -> bool:
    """Say whether an event starts a workflow from the files of the default branch or of a change to it."""
    if trigger.event == CALL:
        return False
    if trigger.event not in _BRANCHED or default_branch is None:
        return True
    branches, _ = filter_of(trigger, "branches")
    return branches is None or branches.matches(default_branch)


def lets_run(facts: Snapshot, job: Job, step: Step | None = None) -> Confidence | None:
    """Say how surely the conditions of a job and a step have nothing to do with what lies in the tree.

    Returns:
        None where they hold in another repository alone, or ask for the files themselves; MEDIUM where an earlier step,
        an input or a setting of the repository decides; else HIGH.
    """
    texts = [text for text in (job.condition, step.condition if step else None) if text is not None]
    verdict = Confidence.HIGH
    for text in texts:
        answer = _answer(facts.setting.slug, text)
        if answer is None:
            return None
        verdict = weaker(verdict, answer)
    return verdict


def weaker(one: Confidence, other: Confidence) -> Confidence:
    """Return the lower of two confidences."""
    return max(one, other, key=lambda each: each.rank)


def _answer(slug: str, text: str) -> Confidence | None:
    known = {"repository": slug, "repository_owner": slug.partition("/")[0]} if slug else {}
    try:
        truth = condition(text, {"github": known})
    except ExpressionError:
        return None
    lowered = text.lower()
    if truth is False or "hashfiles" in lowered or (not slug and "github.repository" in lowered):
        return None
    return Confidence.MEDIUM if _settled_by_run().search(lowered) else Confidence.HIGH


@cache
def _settled_by_run() -> re.Pattern[str]:
    return re.compile(r"\b(?:steps|needs|inputs|vars|env|secrets)\.|\bgithub\.(?:ref|ref_name|base_ref|head_ref)\b")
