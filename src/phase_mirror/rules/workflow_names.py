"""Every place that names a workflow of this repository: triggers, dispatch calls, badges.

Left out is what may mean another repository, what an expression or a variable fills in, and what is only quoted: badges
in comments and code blocks. Only the Markdown files at the root, in `.github` and at the top of `docs` are read.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence
from phase_mirror.model.record import Record
from phase_mirror.model.span import Span
from phase_mirror.repository.formats.tree import Scalar, entries_of, scalars_of, text_of
from phase_mirror.repository.workflows.facts import REMOTE
from phase_mirror.repository.workflows.shell import read_script
from phase_mirror.rules.home_runs import home_workflows, lets_run, weaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document, Text
    from phase_mirror.repository.formats.tree import Node
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Job, Step, Workflow
    from phase_mirror.repository.workflows.shell import Word

TRIGGER = "trigger"
CALL = "call"
BADGE = "badge"

TRIGGER_DOCS = (
    "https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run"
)
BADGE_DOCS = "https://docs.github.com/en/actions/how-tos/monitor-workflows/add-a-status-badge"
CLI_DOCS = "https://cli.github.com/manual/gh_workflow_run"
REST_DOCS = "https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event"

_YAML = (".yml", ".yaml")
_VALUED = frozenset(
    {"--field", "--json", "--raw-field", "--ref", "-F", "-f", "-r", "--jq", "-q", "--template", "-t", "--limit", "-L"}
)
"""Options of `gh workflow run` that take a value."""
_ACTIONS = {
    "benc-uk/workflow-dispatch": "workflow",
    "codex-/return-dispatch": "workflow",
    "convictional/trigger-workflow-and-wait": "workflow_file_name",
    "lasith-kg/dispatch-workflow": "workflow",
    "the-actions-org/workflow-dispatch": "workflow",
}
"""Actions that dispatch a workflow, with the input that names it."""


class Naming(Record):
    """One place that names a workflow.

    Attributes:
        kind: TRIGGER, CALL or BADGE.
        span: of the name.
        name: as written.
        by_file: it must be a file name, not the workflow's `name`.
        locator: structural place.
        note: shown under the excerpt.
        effect: what happens while it dangles.
        docs: where the platform says so.
        most: the highest confidence of a finding here.
        beside: the other names that stand in the same list.
    """

    kind: str
    span: Span
    name: str
    by_file: bool
    locator: str
    note: str
    effect: str
    docs: str
    most: Confidence = Confidence.HIGH
    beside: tuple[str, ...] = ()


def namings(facts: Snapshot) -> Iterator[Naming]:
    """Yield every place that names a workflow, in order of path."""
    homes = home_workflows(facts)
    for path, workflow in facts.workflows.items():
        yield from _of_trigger(workflow)
        if path in homes:
            yield from _of_jobs(facts, workflow, homes[path])
    if facts.setting.slug:
        for path in _pages(facts):
            text = facts.text(path)
            if text is not None:
                yield from _of_page(text, facts)


def _of_trigger(workflow: Workflow) -> Iterator[Naming]:
    trigger = workflow.triggers.get("workflow_run")
    names = scalars_of(trigger.node.get("workflows")) if trigger and trigger.node else []
    for scalar in names:
        if not text_of(scalar) or "${{" in scalar.value or scalar.value.startswith("!"):
            continue
        others = tuple(each.value for each in names if each is not scalar)
        effect = "Its end never starts this workflow" if others else "This workflow never starts"
        yield Naming(
            kind=TRIGGER,
            span=_inside(workflow.span(scalar), scalar),
            name=scalar.value,
            by_file=False,
            locator="on.workflow_run.workflows",
            note="no workflow has this name",
            effect=effect,
            docs=TRIGGER_DOCS,
            beside=others,
        )


def _of_jobs(facts: Snapshot, workflow: Workflow, most: Confidence) -> Iterator[Naming]:
    for job in workflow.jobs.values():
        for step in job.steps:
            found = list(_of_step(workflow.document, step, f"jobs.{job.id}.steps[{step.label}]", facts))
            sure = lets_run(facts, job, step) if found else None
            if sure is None:
                continue
            nodes = [node.get("env") for node in (workflow.root, job.node, step.node)]
            abroad = _has_other_checkout(job) or any(_speaks_abroad(node, facts) for node in nodes)
            for naming in found:
                if not abroad or naming.docs != CLI_DOCS:
                    yield naming.replace(most=weaker(naming.most, weaker(most, sure)))


def _has_other_checkout(job: Job) -> bool:
    """Say whether a job checks out a repository by name: the command line tool takes the one of its directory."""
    return any(
        step.reference and step.reference.slug == "actions/checkout" and step.input("repository") for step in job.steps
    )


def _speaks_abroad(env: Node | None, facts: Snapshot) -> bool:
    """Say whether an environment makes the command line tool speak to another repository."""
    return any(key.value == "GH_REPO" and not _is_own(text_of(value) or "", facts) for key, value in entries_of(env))


def _of_step(document: Document, step: Step, locator: str, facts: Snapshot) -> Iterator[Naming]:
    if step.run is not None:
        yield from _of_commands(document, step.run, f"{locator}.run", facts)
        yield from _of_addresses(document, step.run, f"{locator}.run", facts)
    elif step.reference is not None and step.reference.kind == REMOTE:
        slug = step.reference.slug.lower()
        script = step.input_node("script")
        if slug == "actions/github-script" and isinstance(script, Scalar):
            yield from _of_javascript(document, script, f"{locator}.with.script", facts)
        node = step.input_node(_ACTIONS[slug]) if slug in _ACTIONS else None
        if isinstance(node, Scalar) and "${{" not in node.value and _dispatches_here(step, facts):
            yield _call(document, node, 0, len(node.value), f"{locator}.with.{_ACTIONS[slug]}", REST_DOCS)


def _call(document: Document, scalar: Scalar, start: int, length: int, locator: str, docs: str) -> Naming:
    name = scalar.value[start : start + length].strip()
    whole = start == 0 and length == len(scalar.value)
    file = name.rpartition("/")[2] if name.startswith(".github/workflows/") else name
    return Naming(
        kind=CALL,
        span=_inside(document.span(scalar), scalar) if whole else document.span_within(scalar, start, length),
        name=file,
        by_file=file.endswith(_YAML),
        locator=locator,
        note="no workflow answers to this",
        effect="The call is answered with 404, so nothing is started",
        docs=docs,
    )


def _of_commands(document: Document, run: Scalar, locator: str, facts: Snapshot) -> Iterator[Naming]:
    """Read `gh workflow run NAME`."""
    if "workflow run" not in run.value:
        return
    commands = read_script(run.value).commands
    if any(command.name in {"cd", "pushd"} for command in commands) or "GH_REPO" in run.value:
        return
    for command in commands:
        if [word.text for word in command.words[:3]] != ["gh", "workflow", "run"]:
            continue
        word = _argument(command.words[3:], facts)
        if word is not None and word.literal and not word.text.isdigit() and "${{" not in word.text:
            quotes = (word.length - len(word.text)) // 2
            naming = _call(document, run, word.start + quotes, len(word.text), locator, CLI_DOCS)
            tolerated = command.after == "||"
            yield naming.replace(most=Confidence.MEDIUM) if tolerated else naming


def _argument(words: tuple[Word, ...], facts: Snapshot) -> Word | None:
    """Return the first word that is no option; None without one, and where another repository is named."""
    found: Word | None = None
    at = 0
    while at < len(words):
        option, sign, value = words[at].text.partition("=")
        if option in {"-R", "--repo"}:
            at += 0 if sign else 1
            named = value if sign else (words[at].text if at < len(words) else "")
            if not _is_own(named, facts):
                return None
        elif option in _VALUED and not sign:
            at += 1
        elif not option.startswith("-") and found is None:
            found = words[at]
        at += 1
    return found


def _of_addresses(document: Document, run: Scalar, locator: str, facts: Snapshot) -> Iterator[Naming]:
    """Read calls of the REST address."""
    if "/dispatches" in run.value:
        for match in _address().finditer(run.value):
            if _is_own(match["slug"], facts):
                yield _call(document, run, match.start("file"), len(match["file"]), locator, REST_DOCS)


def _of_javascript(document: Document, script: Scalar, locator: str, facts: Snapshot) -> Iterator[Naming]:
    """Read `createWorkflowDispatch({...})` whose owner and repository are those of the run."""
    if "createWorkflowDispatch" not in script.value:
        return
    for match in _dispatch().finditer(script.value):
        named = {name.lower() for name in _literal_owner().findall(match["inside"])}
        if "context.repo" not in match["inside"] or named - {*facts.setting.slug.lower().split("/")}:
            continue
        file = _workflow_id().search(match["inside"])
        if file is not None:
            start = match.start("inside") + file.start("file")
            yield _call(document, script, start, len(file["file"]), locator, REST_DOCS)


def _dispatches_here(step: Step, facts: Snapshot) -> bool:
    """Say whether the inputs of a dispatching action name this repository, or none."""
    owner, name = step.input("owner"), step.input("repo") or step.input("repository")
    if name is None:
        return owner is None
    if "/" in name or "${{" in name:
        return _is_own(name, facts) or _only_name().fullmatch(name) is not None
    return f"{owner or facts.setting.slug.partition('/')[0]}/{name}".lower() == facts.setting.slug.lower()


def _is_own(name: str, facts: Snapshot) -> bool:
    """Say whether a text stands for this repository."""
    slug = facts.setting.slug
    return _own().fullmatch(name.strip("\"'")) is not None or (bool(slug) and name.lower() == slug.lower())


# -- badges -------------------------------------------------------------------------------------------------------


def _pages(facts: Snapshot) -> list[str]:
    """Return the pages that carry badges: at the root, in `.github` and at the top of `docs`."""
    found = []
    for path in facts.paths:
        folder, _, name = path.rpartition("/")
        if folder in {"", ".github", "docs"}:
            lowered = name.lower()
            if lowered.endswith((".md", ".markdown")) or lowered.startswith("readme"):
                found.append(path)
    return found


def _of_page(text: Text, facts: Snapshot) -> Iterator[Naming]:
    content = text.text
    if "/actions/workflow" not in content and "/workflows/" not in content:
        return
    from urllib.parse import unquote  # noqa: PLC0415 - only where there is a badge

    seen: set[str] = set()
    for match in _badge().finditer(content):
        name = unquote(match["file"] or match["name"] or match["shield"])
        slug = match["slug"] or match["slug2"] or match["slug3"]
        branch = match["branch"] or facts.default_branch
        if slug.lower() != facts.setting.slug.lower() or name in seen or branch != facts.default_branch:
            continue
        if _is_quoted(content, match.start()):
            continue
        seen.add(name)
        group = "file" if match["file"] else "name" if match["name"] else "shield"
        yield Naming(
            kind=BADGE,
            span=_span_at(text, match.start(group), match.end(group)),
            name=name,
            by_file=name.endswith(_YAML),
            locator="badge",
            note="no workflow answers to this",
            effect="The badge shows no status",
            docs=BADGE_DOCS,
        )


def _is_quoted(content: str, at: int) -> bool:
    """Say whether a place stands in an HTML comment or a code block."""
    before = content[:at]
    if before.rfind("<!--") > before.rfind("-->"):
        return True
    line = before[before.rfind("\n") + 1 :]
    fences = len(_fence().findall(before))
    return fences % 2 == 1 or line.startswith(("    ", "\t")) or line.count("`") % 2 == 1


def _span_at(text: Text, start: int, end: int) -> Span:
    before = text.text[:start]
    line = before.count("\n") + 1
    column = start - (before.rfind("\n") + 1) + 1
    return Span(text.path, line, column, line, column + end - start)


def _inside(span: Span, scalar: Scalar) -> Span:
    """Return the span of a scalar without its quotes."""
    if scalar.style in {"'", '"'} and span.line == span.end_line:
        return Span(span.path, span.line, span.column + 1, span.end_line, span.end_column - 1)
    return span


@cache
def _own() -> re.Pattern[str]:
    return re.compile(
        r"\$\{\{\s*github\.repository\s*\}\}|\$\{?GITHUB_REPOSITORY\}?|\{owner\}/\{repo\}|:owner/:repo"
        r"|\$\{\{\s*github\.repository_owner\s*\}\}/\$\{\{\s*github\.event\.repository\.name\s*\}\}"
    )


@cache
def _only_name() -> re.Pattern[str]:
    return re.compile(r"\$\{\{\s*github\.event\.repository\.name\s*\}\}")


@cache
def _address() -> re.Pattern[str]:
    return re.compile(
        r"repos/(?P<slug>\$\{\{[^}\n]+\}\}|\$\{?GITHUB_REPOSITORY\}?|\{owner\}/\{repo\}|:owner/:repo|[\w.-]+/[\w.-]+)"
        r"/actions/workflows/(?P<file>[\w.-]+\.ya?ml)/dispatches"
    )


@cache
def _dispatch() -> re.Pattern[str]:
    return re.compile(r"createWorkflowDispatch\(\s*\{(?P<inside>[^{}]*)")


@cache
def _literal_owner() -> re.Pattern[str]:
    return re.compile(r"\b(?:owner|repo)\s*:\s*[\"'`]([^\"'`]*)")


@cache
def _workflow_id() -> re.Pattern[str]:
    return re.compile(r"\bworkflow_id\s*:\s*[\"'](?P<file>[\w./-]+\.ya?ml)[\"']")


@cache
def _fence() -> re.Pattern[str]:
    return re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)


@cache
def _badge() -> re.Pattern[str]:
    return re.compile(
        r"github\.com/(?:(?P<slug>[\w.-]+/[\w.-]+)/actions/workflows/(?P<file>[\w.%+-]+\.ya?ml)/badge\.svg"
        r"|(?P<slug2>[\w.-]+/[\w.-]+)/workflows/(?P<name>[^/\s?#)\"'\]]+)/badge\.svg)"
        r"(?:[?&](?:branch=(?P<branch>[\w./%-]+)|[\w.-]+=[\w./%+-]*))*"
        r"|img\.shields\.io/github/(?:actions/)?workflow/status/"
        r"(?P<slug3>[\w.-]+/[\w.-]+)/(?P<shield>[\w.%+-]+\.ya?ml)"
    )
