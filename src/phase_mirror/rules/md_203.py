"""MD-203: is a text that an outsider writes expanded inside a script?

Looked at are `run`, the script inputs of well-known actions, and the environment file, on every event an outsider can
start; texts are followed through `env`, inputs, called workflows, own actions and outputs that a step plainly assigns.

Silent: a variable set by `env` and used as `$NAME`, comparisons and other results that are true or false, numbers and
hashes, events that need write access, steps that a condition or a permission check closes to outsiders.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.record import Record
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.formats.tree import Scalar
from phase_mirror.rules.authority import authority_of
from phase_mirror.rules.gating import Access
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm
from phase_mirror.rules.taint import places, runs
from phase_mirror.rules.untrusted import AUTHORITY_EVENTS, OUTSIDER_EVENTS, TEXT, TEXTS, flows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Step
    from phase_mirror.rules.protocol import Context, Verdict
    from phase_mirror.rules.taint import Place, Run, Source

_BAD = """on: issues
permissions: {issues: write}
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - run: ./triage.sh "${{ github.event.issue.title }}"
"""
_GOOD = """on: issues
permissions: {issues: write}
jobs:
  triage:
    runs-on: ubuntu-latest
    steps:
      - run: ./triage.sh "$TITLE"
        env:
          TITLE: ${{ github.event.issue.title }}
"""

META = RuleMeta(
    id="MD-203",
    version="1.0",
    name="template-injection",
    title="A text of an outsider is expanded inside a script",
    why=(
        "An expression in a script is replaced by its text before the shell reads it. Whoever writes the title, the "
        "comment or the branch name thereby writes the script, and runs what they like with the token and the secrets "
        "of the job."
    ),
    remediation=(
        "Hand the text over as an environment variable: `env: {NAME: ${{ ... }}}` on the step, `$NAME` in the script."
    ),
    sources=(
        "https://docs.github.com/en/actions/concepts/security/script-injections",
        "https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("workflows", "actions"),
    example_bad=((".github/workflows/triage.yml", _BAD),),
    example_good=((".github/workflows/triage.yml", _GOOD),),
)

SCRIPT_INPUTS = {
    "actions/github-script": ("script",),
    "amadevus/pwsh-script": ("script",),
    "appleboy/ssh-action": ("script",),
    "azure/cli": ("inlinescript",),
    "azure/powershell": ("inlinescript",),
    "jannekem/run-python-script-action": ("script",),
    "mikefarah/yq": ("cmd",),
    "nick-fields/retry": ("command", "on_retry_command", "new_command_on_retry"),
    "nick-invision/retry": ("command", "on_retry_command", "new_command_on_retry"),
    "reactivecircus/android-emulator-runner": ("script",),
    "uraimo/run-on-arch-action": ("run", "install", "setup"),
    "addnab/docker-run-action": ("run",),
    "workflow/nix-shell-action": ("script",),
}
"""Inputs that are run as a script, by action; each from the action's own documentation."""

JSON_SAFE = ("actions/github-script",)
"""Scripts in which the JSON form of a text is a literal of the language and cannot be left."""


class Sink(Record):
    """An outsider's text inside a script, or written into the environment file.

    Attributes:
        place: the step.
        scalar: the script.
        start, end: of the expression or the line in the script.
        key: `run` or the input.
        source: what it carries.
        to_file: it is written into the environment file.
    """

    place: Place
    scalar: Scalar
    start: int
    end: int
    key: str
    source: Source
    to_file: bool = False


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return one finding for every expression of a script that carries an outsider's text."""
    del context  # no options, no policy
    triggers = {event for workflow in facts.workflows.values() for event in workflow.triggers}
    if not triggers & {*OUTSIDER_EVENTS, *TEXTS}:
        return NotApplicable("no workflow runs on an event that an outsider can start")
    worst: dict[tuple[str, int, int], Finding] = {}
    for run in runs(facts):
        for place in places(facts, run):
            if place.access >= Access.CHECKED:
                continue
            for sink in (*_expanded(place), *_to_file(place)):
                finding = _finding(run, sink)
                key = (place.scope.document.path, sink.scalar.line, sink.start)
                if key not in worst or _rank(finding) < _rank(worst[key]):
                    worst[key] = finding
    return list(worst.values())


def _rank(finding: Finding) -> tuple[int, int]:
    return finding.severity.rank, finding.confidence.rank


def _scripts(step: Step) -> Iterator[tuple[str, Scalar, bool]]:
    """Yield key, script and whether the JSON form of a text is safe in it."""
    if step.run is not None:
        yield "run", step.run, False
    if step.uses is not None:
        name = step.uses.value.partition("@")[0].lower()
        for key in SCRIPT_INPUTS.get(name, ()):
            node = step.input_node(key)
            if isinstance(node, Scalar):
                yield f"with.{key}", node, name in JSON_SAFE


def _expanded(place: Place) -> Iterator[Sink]:
    """Yield every expression of the step's scripts that can give an outsider's text, once."""
    for key, scalar, json_safe in _scripts(place.step):
        for start, end, found in flows(scalar.value):
            sources = [source for flow in found for source in place.scope.sources(flow)]
            texts = [each for each in sources if each.text.kind == TEXT and not (json_safe and each.text.json)]
            for source in texts[:1]:
                yield Sink(place, scalar, start, end, key, source)


@cache
def _file_write() -> re.Pattern[str]:
    return re.compile(
        r"^(?P<line>[^#\n]*?=[^\n]*?\$\{?(?P<name>[A-Za-z_]\w*)\}?[^\n]*?)>>\s*[\"']?\$\{?GITHUB_ENV\b", re.MULTILINE
    )


def _to_file(place: Place) -> Iterator[Sink]:
    """Yield variables of several lines that a script writes as one entry into the environment file.

    Every further line is an entry of its own, such as `LD_PRELOAD=...`. One that is changed on the way (a pipe) or
    written between delimiters is not judged.
    """
    script = place.step.run
    if script is None or "GITHUB_ENV" not in script.value:
        return
    for match in _file_write().finditer(script.value):
        if "|" in match["line"] or "<<" in match["line"]:
            continue
        for source in place.scope.variable(match["name"]):
            if source.text.many_lines and not source.text.json:
                yield Sink(place, script, match.start("line"), match.end("line"), "run", source, to_file=True)
                break


def _finding(run: Run, sink: Sink) -> Finding:
    document, text = sink.place.scope.document, sink.source.text
    span = document.span_within(sink.scalar, sink.start, sink.end - sink.start)
    locator = f"{sink.place.locator}.{sink.key}"
    severity, confidence = _weight(run, sink)
    does = "is written into the environment file" if sink.to_file else "is expanded inside a script"
    note = "replaced by the text before the script runs"
    if sink.to_file:
        note = "further lines become variables of their own"
    return META.finding(
        f"'{text.path}' {does}",
        f"{text.words[0].upper()}{text.words[1:]} is written by whoever starts `{run.event}`, and {does} here: "
        f"{_effect(run, sink)}",
        _started_by(run),
        actual(span, note, locator=locator, value=text.path),
        *_way(sink.source),
        norm(META.sources[0], "how such a text takes over a script"),
        remediation=_remedy(text.path, document.path, sink),
        severity=severity,
        confidence=confidence,
    )


def _weight(run: Run, sink: Sink) -> tuple[Severity, Confidence]:
    """High where the run has authority and nothing stands before the step; medium for pull requests of forks."""
    certain = sink.source.certain and not sink.to_file and sink.place.access is Access.OPEN
    confidence = Confidence.HIGH if certain else Confidence.MEDIUM
    if sink.place.access is Access.OUTPUT or run.event not in OUTSIDER_EVENTS:
        confidence = Confidence.LOW
    held = authority_of(run)
    guarded = sink.place.access in {Access.LABEL, Access.ENVIRONMENT}
    severity = Severity.HIGH if held.possible and run.event in AUTHORITY_EVENTS and not guarded else Severity.MEDIUM
    if severity is Severity.HIGH and not held.certain:
        confidence = max(confidence, Confidence.MEDIUM, key=lambda each: each.rank)
    return severity, confidence


def _effect(run: Run, sink: Sink) -> str:
    held = authority_of(run)
    guard = {
        Access.LABEL: " It needs a label first.",
        Access.ENVIRONMENT: " The environment of the job may want an approval first.",
        Access.OUTPUT: " A condition on an output stands before it; whether that checks the author is not known.",
    }.get(sink.place.access, "")
    if held.limited:
        fork = "From a fork the token only reads and there are no secrets."
        return f"its author decides what runs in the job. {fork}{guard}"
    holds = f", with {held.words()}" if held.words() else ""
    return f"its author decides what runs in the job{holds}.{guard}"


def _started_by(run: Run) -> Evidence:
    """Return the trigger: the declared side."""
    first = run.outermost.workflow
    return declared(
        first.span(first.triggers[run.event].key), "outsiders start this", locator=f"on.{run.event}", value=run.event
    )


def _way(source: Source) -> Iterator[Evidence]:
    """Yield the places the text passed before the script."""
    for document, scalar in source.way:
        span = document.span(scalar)
        yield actual(span, "the text comes by this value", locator="passed", value=source.text.path)


def _remedy(path: str, file: str, sink: Sink) -> str:
    if sink.to_file:
        return f"In {file}, write the value between random delimiters, or hand it to the later step by its own `env`."
    name = path.rpartition(".")[2].upper()
    read = f'`"${name}"`' if sink.key == "run" else f"what the script reads from the environment as `{name}`"
    if _is_javascript(sink.place.step):
        read = f"`process.env.{name}`"
    if sink.source.way:
        return (
            f"In {file}, set the value as a variable under `env` of the step and use the variable, not the expression."
        )
    written = sink.scalar.value[sink.start : sink.end]
    return f"In {file}, set `{name}: {written}` under `env` of the step and use {read} instead of the expression."


def _is_javascript(step: Step) -> bool:
    return step.uses is not None and step.uses.value.partition("@")[0].lower() in JSON_SAFE
