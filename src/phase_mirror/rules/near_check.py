"""Explains a required check that no job reports by the job it was most likely meant to be."""

from __future__ import annotations

from phase_mirror.model.nearest import LONGEST
from phase_mirror.model.record import Record
from phase_mirror.repository.workflows.checknames import SEPARATOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from phase_mirror.repository.workflows.checks import Check

RENAMED_AT_LEAST = 0.8
"""How alike (0 to 1, difflib's ratio) two names must be to be taken for one that was renamed."""


class Near(Record):
    """The job that a required check was most likely meant to be.

    Attributes:
        check: what the job reports.
        kind: `job-id`, `case`, `workflow-prefix`, `caller-prefix`, `callee`, `matrix-suffix`, `matrix-value` or
            `renamed`.
        why: a clause that says how the names differ.
    """

    check: Check
    kind: str
    why: str


def nearest_check(name: str, checks: Iterable[Check], taken: Iterable[str]) -> Near | None:
    """Return the best explanation of a required name, None when nothing is near.

    Args:
        name: the required name, which no check has.
        checks: what the jobs report; literal names are looked at, those of workflows that start first.
        taken: the other required names; a job that is required itself was not renamed to this one.
    """
    running = [check for check in checks if not check.skipped]
    candidates = [check for check in running if check.name.literal is not None]
    candidates.sort(key=lambda check: not check.start.runs)
    for kind, explain in _EXPLANATIONS:
        for check in candidates:
            why = explain(name, check)
            if why:
                return Near(check, kind, why)
    for check in running:
        if not check.known and (why := _callee(name, check)):
            return Near(check, "callee", why)
    return _renamed(name, [check for check in candidates if check.name.literal not in set(taken)])


def _case(name: str, check: Check) -> str:
    literal = check.name.literal or ""
    return f"the check is named '{literal}', and case counts" if literal.lower() == name.lower() else ""


def _job_id(name: str, check: Check) -> str:
    literal = check.name.literal or ""
    own = literal.rfind(check.named_by.value)  # a name may hold the separator itself
    head = "" if len(check.chain) == 1 else literal[: own if own >= 0 else literal.rfind(SEPARATOR) + len(SEPARATOR)]
    if check.job.name is None or head + check.job.id != name:
        return ""
    return f"that is the id of job '{check.job.id}', whose check is named '{check.name.literal}'"


def _workflow_prefix(name: str, check: Check) -> str:
    titles = [check.workflow.title, check.leaf.workflow.title]
    names = (check.name.literal, check.job.id)
    if any(name == f"{title}{SEPARATOR}{each}" for title in titles for each in names):
        return (
            f"the web page shows the workflow's name in front, but the check is named '{check.name.literal}' without it"
        )
    return ""


def _caller_prefix(name: str, check: Check) -> str:
    literal = check.name.literal or ""
    if len(check.chain) > 1 and literal.endswith(SEPARATOR + name):
        return f"the job is called by another one, so its check is named '{literal}'"
    if len(check.chain) == 1 and name.endswith(SEPARATOR + literal):
        return f"job '{check.job.id}' is called by no other job, so its check is named '{literal}'"
    return ""


def _callee(name: str, check: Check) -> str:
    """Explain the name of a job that calls a workflow; that of another repository leaves the rest of its names open."""
    if len(check.chain) == 1 and check.known:
        return ""
    if not str(check.name).startswith(name + SEPARATOR):
        return ""
    return f"the job of that name calls another workflow, whose jobs report as '{check.name}'"


def _matrix_suffix(name: str, check: Check) -> str:
    """Explain a name with the suffix left out, or with one although there is no matrix."""
    literal = check.name.literal or ""
    base, suffix = _split(literal, check.named_by.value)
    if suffix and name == base and check.job.matrix is not None:
        return f"job '{check.job.id}' has a matrix, so it reports one check for each combination, such as '{literal}'"
    own, values = _split(name, check.named_by.value)
    if values and own == literal and check.job.matrix is None:
        return f"job '{check.job.id}' has no matrix, so its check is named '{literal}'"
    return ""


def _matrix_value(name: str, check: Check) -> str:
    literal = check.name.literal or ""
    base, suffix = _split(literal, check.named_by.value)
    own, values = _split(name, check.named_by.value)
    if suffix and values and own == base and check.job.matrix is not None:
        return f"the matrix of job '{check.job.id}' has no combination ({values})"
    return ""


def _split(name: str, own: str) -> tuple[str, str]:
    """Return name and values of `callers / own (values)`; no values when there is no bracket at the end.

    Args:
        name: of a check.
        own: the name or id of the job it may be of; it may hold brackets itself.
    """
    bracket = f"{own} ("
    at = 0 if name.startswith(bracket) else name.find(SEPARATOR + bracket)
    if not name.endswith(")") or at < 0:
        return name, ""
    end = name.index(bracket, at) + len(own)
    return name[:end], name[end + 2 : -1]


_EXPLANATIONS: tuple[tuple[str, Callable[[str, Check], str]], ...] = (
    ("job-id", _job_id),
    ("case", _case),
    ("workflow-prefix", _workflow_prefix),
    ("caller-prefix", _caller_prefix),
    ("callee", _callee),
    ("matrix-suffix", _matrix_suffix),
    ("matrix-value", _matrix_value),
)
"""The surest first."""


def _renamed(name: str, candidates: list[Check]) -> Near | None:
    """Return the check whose name is most like the required one, letter for letter."""
    if len(name) > LONGEST:
        return None
    from difflib import SequenceMatcher  # noqa: PLC0415 - only where a required check is missing

    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(name.casefold())
    best, score = None, RENAMED_AT_LEAST
    for check in candidates:
        literal = (check.name.literal or "").casefold()
        matcher.set_seq1(literal)
        if len(literal) > LONGEST or matcher.quick_ratio() < score:
            continue
        ratio = matcher.ratio()
        if ratio > score or (best is None and ratio == score):
            best, score = check, ratio
    if best is None:
        return None
    return Near(best, "renamed", f"job '{best.job.id}' reports '{best.name.literal}', which is close to it")
