"""What can turn a job red: the steps whose failure counts, and those whose failure is hidden.

A step with `continue-on-error` never fails its job; a command before `|| true` never fails its script, nor does one
after `set +e` unless it is the last. (At job level `continue-on-error` hides nothing: the check still reports the
failure.) What cannot be read, such as another shell or an unknown action, is taken to fail.

Sources:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepscontinue-on-error and
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#exit-codes-and-error-action-preference
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import scalars_of, text_of
from phase_mirror.repository.workflows.expressions import ExpressionError, condition
from phase_mirror.repository.workflows.facts import LOCAL, REMOTE
from phase_mirror.repository.workflows.shell import read_script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.workflows.facts import Job, Step, Workflow
    from phase_mirror.repository.workflows.shell import Command


class Weight(StrEnum):
    """What a step means for the colour of its job."""

    DECIDES = "decides"
    """Its failure turns the job red."""
    PREPARES = "prepares"
    """It can fail, but only prepares or keeps something: a checkout, a tool, a cache, an artifact."""
    INSTALLS = "installs"
    """Likewise, with commands of its own: an installation may build the project, too."""
    TOLERATED = "tolerated"
    """It can fail, and its failure is hidden."""
    PRINTS = "prints"
    """It cannot fail."""
    IDLE = "idle"
    """It does not run on the event."""


class Judged(Record):
    """A step with what it means for its job.

    Attributes:
        step: the step.
        weight: what it means.
        why: how its failure is hidden: the words that do it; empty otherwise.
        node: where that stands; the step itself otherwise.
    """

    step: Step
    weight: Weight
    why: str
    node: Node


def judged_steps(workflow: Workflow, job: Job, event: str) -> list[Judged]:
    """Return what each step of a job means for its colour when an event starts the workflow."""
    return [_judged(workflow, job, step, event) for step in job.steps]


def _judged(workflow: Workflow, job: Job, step: Step, event: str) -> Judged:
    if _is_idle(job, step, event):
        return Judged(step, Weight.IDLE, "", step.node)
    weight, why = _weight(workflow, job, step)
    if weight in {Weight.DECIDES, Weight.INSTALLS} and step.tolerated:
        return Judged(step, Weight.TOLERATED, "`continue-on-error`", step.node.key("continue-on-error") or step.node)
    return Judged(step, weight, why, step.run if why and step.run else step.node)


def _is_idle(job: Job, step: Step, event: str) -> bool:
    """Say whether a step does not run: its `if` is false on the event, or waits for a failure that nothing causes.

    In a job that needs others, `failure()` may speak of those.
    """
    text = step.condition
    if text is None:
        return False
    try:
        decided = condition(text, {"github": {"event_name": event}})
    except ExpressionError:
        return False
    if decided is False:
        return True
    return not job.needs and _only_after_failure().fullmatch(text.strip()) is not None


@cache
def _only_after_failure() -> re.Pattern[str]:
    return re.compile(r"(?:\$\{\{)?\s*(?:failure|cancelled)\(\)\s*(?:\}\})?", re.IGNORECASE)


def _weight(workflow: Workflow, job: Job, step: Step) -> tuple[Weight, str]:
    if step.run is not None:
        return _script_weight(step.run.value) if _is_posix(workflow, job, step) else (Weight.DECIDES, "")
    reference = step.reference
    if reference is None:
        return Weight.DECIDES, ""
    if reference.kind == LOCAL:
        name = reference.path.rpartition("/")[2]
    elif reference.kind == REMOTE:
        name = reference.repository
        if reference.owner == "actions" and name in _ACTIONS:
            return Weight.PREPARES, ""
    else:
        return Weight.DECIDES, ""
    return (Weight.PREPARES if _prepares().search(name.lower()) else Weight.DECIDES), ""


_ACTIONS = frozenset({"checkout", "cache", "upload-artifact", "download-artifact"})


@cache
def _prepares() -> re.Pattern[str]:
    return re.compile(
        r"^setup(?:-|$)|-setup$|^(?:harden-runner|login-action|rust-cache|rust-toolchain|gradle-build-cache)$"
    )


def _is_posix(workflow: Workflow, job: Job, step: Step) -> bool:
    """Say whether a script is read by a shell that stops at the first failure and that this reader knows."""
    for node in (step.node, job.node.get("defaults", "run"), workflow.root.get("defaults", "run")):
        shell = text_of(node.get("shell")) if node is not None else None
        if shell is not None:
            return shell in {"bash", "sh"}
    runners = [scalar.value.lower() for scalar in scalars_of(job.node.get("runs-on"))]
    return bool(runners) and not any("windows" in runner or "${{" in runner for runner in runners)


def calls_itself_optional(workflow: Workflow, job: Job) -> bool:
    """Say whether the name of a job, or a comment above or within it, says that it need not pass."""
    name = f"{job.id} {job.name.value if job.name else ''}"
    return _optional().search(f"{name}\n{_comments(workflow, job)}") is not None


@cache
def _optional() -> re.Pattern[str]:
    return re.compile(
        r"optional|not required|n[o']t block|non-?blocking|informational|advisory|may fail|allowed? to fail|can fail"
        r"|flaky|experimental|best.effort|unstable|not part of|ignored? by|excluded|deliberate|on purpose|intentional",
        re.IGNORECASE,
    )


def _comments(workflow: Workflow, job: Job) -> str:
    """Return the comments directly above a job and within it."""
    lines = workflow.document.lines
    above = job.key.line - 1
    while above > 0 and lines[above - 1].lstrip().startswith("#"):
        above -= 1
    return "\n".join(line[line.index("#") :] for line in lines[above : job.node.end_line] if "#" in line)


# -- scripts ----------------------------------------------------------------------------------------------------------

_QUIET = frozenset({"echo", "printf", "true", ":", "set", "shopt", "sleep", "date", "export", "unset"})
"""Commands that do not fail in any way that matters."""

_INSTALLERS = (
    ("npm", "ci"),
    ("npm", "install"),
    ("yarn", "install"),
    ("pnpm", "install"),
    ("pip", "install"),
    ("pip3", "install"),
    ("uv", "sync"),
    ("poetry", "install"),
    ("bundle", "install"),
    ("apt-get", "update"),
    ("apt-get", "install"),
    ("apt", "update"),
    ("apt", "install"),
    ("brew", "install"),
    ("go", "mod"),
    ("corepack", "enable"),
    ("composer", "install"),
)
_MOVES = frozenset({"cd", "mkdir", "pushd", "popd"})


def _script_weight(text: str) -> tuple[Weight, str]:
    """Return what a script means for its job, and how a failure in it is hidden."""
    script = read_script(text)
    if not script.complete or _assigns_output().search(text) or any(_is_beyond(each) for each in script.commands):
        return Weight.DECIDES, ""
    weights = _command_weights(text, script.commands)
    for weight in (Weight.DECIDES, Weight.TOLERATED, Weight.INSTALLS):
        for found, why in weights:
            if found is weight:
                return weight, why
    return Weight.PRINTS, ""


@cache
def _assigns_output() -> re.Pattern[str]:
    """Match an assignment of a command's output, which fails with the command."""
    return re.compile(r"(?:^|[\s;&|])\w+=\"?(?:\$\(|`)", re.MULTILINE)


def _is_beyond(command: Command) -> bool:
    """Say whether a command changes what the others do: it reads other code, or sets a trap."""
    return _words(command)[:1] in (["."], ["source"], ["eval"], ["trap"])


def _command_weights(text: str, commands: tuple[Command, ...]) -> list[tuple[Weight, str]]:
    hidden = _hidden(commands)
    found: list[tuple[Weight, str]] = []
    stops, in_condition = True, False
    for number, command in enumerate(commands):
        in_condition = _opens_condition(text, command) or (in_condition and command.before != "")
        weight = _own_weight(command)
        if in_condition and weight is not Weight.DECIDES:
            weight = Weight.PRINTS
        if _words(command)[:1] == ["set"]:
            stops = _stops(_words(command)[1:], stops=stops)
        if weight not in {Weight.DECIDES, Weight.INSTALLS}:
            found.append((weight, ""))
        elif in_condition:
            found.append((Weight.PRINTS, ""))  # its answer is read, and what it leads to is judged by itself
        elif number in hidden:
            found.append((Weight.TOLERATED, f"`|| {hidden[number]}`"))
        elif not stops and number < len(commands) - 1 and _words(command)[:1] != ["exit"]:
            found.append((Weight.TOLERATED, "`set +e`"))
        else:
            found.append((weight, ""))
    return found


def _words(command: Command) -> list[str]:
    return [word.text for word in command.words]


def _own_weight(command: Command) -> Weight:
    """Return what a command would mean if nothing hid its failure."""
    words = _words(command)
    if not words or command.name in _QUIET or words == ["exit", "0"]:
        return Weight.PRINTS
    if command.name in _MOVES:
        return Weight.INSTALLS
    plain = [word for word in words if not word.startswith("-")]
    if tuple(plain[:2]) in _INSTALLERS and not any(word.startswith(".") for word in plain[2:]):
        return Weight.INSTALLS
    return Weight.DECIDES


def _hidden(commands: tuple[Command, ...]) -> dict[int, str]:
    """Return the commands whose failure a `||` behind them takes, with what stands behind it."""
    found: dict[int, str] = {}
    for number, command in enumerate(commands):
        if command.before != "||":
            continue
        at = number - 1
        closes_group = at >= 0 and commands[at].after != "||"
        while at >= 0 and at not in found:
            found[at] = " ".join(_words(command)[:2])
            inside = closes_group and at > 0 and commands[at - 1].depth > command.depth
            if commands[at].before not in {"&&", "|"} and not inside:
                break
            at -= 1
    return found


def _opens_condition(text: str, command: Command) -> bool:
    """Say whether a command stands directly behind `if`, `elif`, `while` or `until`."""
    return _behind_condition().search(text[max(0, command.start - 40) : command.start]) is not None


@cache
def _behind_condition() -> re.Pattern[str]:
    return re.compile(r"(?:^|[\s;])(?:if|elif|while|until)[\s!({]+$")


def _stops(options: list[str], *, stops: bool) -> bool:
    """Return whether the shell stops at the first failure after a `set` with these options."""
    for option in options:
        if option.startswith(("-", "+")) and "e" in option[1:] and option[1:].isalpha():
            stops = option.startswith("-")
        elif option == "errexit":
            stops = options[options.index(option) - 1].startswith("-")
    return stops
