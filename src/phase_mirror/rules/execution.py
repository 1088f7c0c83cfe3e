"""Which commands and actions run what lies in a directory: its scripts, its build files, its tests.

Only what surely runs files of the tree is listed: a build tool in its directory, a script by its path, an interpreter
with a file, an installation of the tree itself. Reading a file (`cat`, `git diff`, a linter of texts) runs nothing.
"""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import Scalar
from phase_mirror.repository.workflows.facts import LOCAL
from phase_mirror.repository.workflows.shell import read_script
from phase_mirror.repository.workflows.workspace import normal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.workflows.facts import Step
    from phase_mirror.repository.workflows.shell import Command, Word


class Executed(Record):
    """One thing that is run from the workspace.

    Attributes:
        scalar: the script or value that says so.
        start, length: of the command in it (characters).
        what: in short, for a sentence.
        path: of what is run, relative to the workspace: a file, or the directory a tool runs in; None when unknown.
    """

    scalar: Scalar
    start: int
    length: int
    what: str
    path: str | None


_SHELLS = frozenset({".", "bash", "sh", "source", "zsh"})
_INTERPRETERS = frozenset(
    {
        *_SHELLS,
        *("bun", "node", "ts-node", "tsx"),
        *("perl", "php", "pwsh", "python", "python3", "ruby"),
    }
)
_INSTALLERS = frozenset({"pip", "pip3", "uv pip"})

_ANY: frozenset[str] = frozenset()
_TOOLS: dict[str, frozenset[str]] = {
    "ant": _ANY,
    "bazel": frozenset({"build", "run", "test"}),
    "bun": frozenset({"i", "install", "run", "test"}),
    "bundle": frozenset({"", "exec", "install"}),
    "cargo": frozenset({"b", "bench", "build", "c", "check", "clippy", "doc", "nextest", "r", "run", "t", "test"}),
    "cmake": _ANY,
    "composer": frozenset({"install", "run", "run-script", "update"}),
    "ctest": _ANY,
    "docker-compose": frozenset({"run", "up"}),
    "dotnet": frozenset({"build", "pack", "publish", "restore", "run", "test"}),
    "go": frozenset({"generate", "test"}),
    "gradle": _ANY,
    "hatch": frozenset({"build", "run", "test"}),
    "just": _ANY,
    "make": _ANY,
    "mvn": _ANY,
    "nox": _ANY,
    "npm": frozenset({"ci", "clean-install", "i", "install", "rebuild", "run", "run-script", "start", "t", "test"}),
    "pdm": frozenset({"build", "install", "run"}),
    "pnpm": frozenset({"build", "i", "install", "run", "test"}),
    "poetry": frozenset({"build", "install", "run"}),
    "pre-commit": frozenset({"run"}),
    "pytest": _ANY,
    "rake": _ANY,
    "sbt": _ANY,
    "task": _ANY,
    "terraform": frozenset({"apply", "init", "plan"}),
    "terragrunt": frozenset({"apply", "init", "plan"}),
    "tofu": frozenset({"apply", "init", "plan"}),
    "tox": _ANY,
    "uv": frozenset({"build", "run", "sync"}),
    "yarn": frozenset({"", "build", "install", "run", "test"}),
}
"""Tools that run what the files of their directory say, with the sub-commands that do (empty: every one)."""

_HARMLESS = frozenset(
    {*("--version", "-V", "--help", "-h"), *("--dry-run", "--ignore-scripts", "--no-project", "--no-scripts")}
)
_DIRECTORY = frozenset({"-C", "--cwd", "--directory", "--dir", "--prefix", "--project-directory"})
"""Options of those tools that name another directory."""

ACTIONS = {
    "bahmutov/npm-install": "working-directory",
    "borales/actions-yarn": "dir",
    "cypress-io/github-action": "working-directory",
    "gradle/gradle-build-action": "build-root-directory",
    "pre-commit/action": "",
}
"""Actions that run the build files of a directory, with the input that names it."""


def executed(step: Step, directory: str | None) -> Iterator[Executed]:
    """Yield what a step runs from the workspace.

    Args:
        step: a step of a job or of an own action.
        directory: its working directory relative to the workspace, None when unknown.
    """
    if step.run is not None:
        yield from _commands(step.run, directory)
    elif step.uses is not None and step.reference is not None:
        if step.reference.kind == LOCAL and step.uses.value.startswith("./"):
            path = normal(step.reference.path)
            yield Executed(step.uses, 0, len(step.uses.value), f"the action `{step.uses.value.strip()}`", path)
        else:
            yield from _of_action(step, step.uses)


def _of_action(step: Step, uses: Scalar) -> Iterator[Executed]:
    name = uses.value.partition("@")[0].lower()
    where = ACTIONS.get(name)
    if where is not None:
        yield Executed(uses, 0, len(uses.value), f"`{name}`", normal(step.input(where) or "" if where else ""))
    elif name == "ruby/setup-ruby" and step.input("bundler-cache") == "true":
        path = normal(step.input("working-directory") or "")
        yield Executed(uses, 0, len(uses.value), "`bundle install` of `ruby/setup-ruby`", path)
    elif name == "actions/github-script":
        script = step.input_node("script")
        if isinstance(script, Scalar):
            yield from _required(script)


def _required(script: Scalar) -> Iterator[Executed]:
    """Yield the files of the workspace that a github-script requires."""
    for quote in "'\"`":
        opening = f"require({quote}"
        at = script.value.find(opening)
        while at >= 0:
            end = script.value.find(quote, at + len(opening))
            name = script.value[at + len(opening) : max(end, 0)].replace("${process.env.GITHUB_WORKSPACE}", ".")
            if name.startswith("./"):
                yield Executed(script, at, end - at, f"the script `{name}`", normal(name))
            at = script.value.find(opening, at + 1)


def _commands(scalar: Scalar, directory: str | None) -> Iterator[Executed]:
    """Yield what the commands of a script run, following `cd`."""
    made: list[str] = []
    for command in read_script(scalar.value).commands:
        words = command.words
        if command.name in {"cd", "pushd"}:
            directory = _moved(command, directory)
        elif words and (found := _of_command(words, directory)) is not None:
            what, path = found
            if path is None or path.rpartition("/")[2] not in made:
                last = words[-1]
                length = min(last.start + last.length, _line_end(scalar.value, command.start)) - command.start
                yield Executed(scalar, command.start, length, f"`{what}`", path)
        made += [word.text.rpartition("/")[2] for word in command.writes]
        if command.name in {"cp", "curl", "git", "install", "mv", "tar", "unzip", "wget"}:
            made += [word.text.rpartition("/")[2].rpartition(":")[2] for word in words[1:]]


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _moved(command: Command, directory: str | None) -> str | None:
    """Return the directory after a `cd`; None when it is not literal, or holds for a part of the script alone."""
    if len(command.words) != 2 or not command.words[1].literal or command.depth or directory is None:
        return None
    return normal(command.words[1].text, directory)


def _of_command(words: tuple[Word, ...], directory: str | None) -> tuple[str, str | None] | None:
    """Return what a command runs, in short and by path, None when it surely runs nothing of the tree or may not."""
    name, rest = words[0].text, words[1:]
    base = name.rpartition("/")[2]
    if "/" in name and not name.startswith(("/", "~", "$")):
        return name, _path(name, directory)
    pair = f"{base} {rest[0].text}" if rest else ""
    if pair in {"docker compose", "uv pip"}:
        base, rest = pair.replace("docker ", "docker-"), rest[1:]
    if base in _INTERPRETERS:
        return _interpreted(base, rest, directory)
    return _installed(base, rest, directory) if base in _INSTALLERS else _built(base, rest, directory)


def _interpreted(base: str, rest: tuple[Word, ...], directory: str | None) -> tuple[str, str | None] | None:
    texts = [word.text for word in rest]
    if base == "bun":
        return _built(base, rest, directory)
    if texts[:1] == ["-m"] and base.startswith("python"):
        module = rest[1].text if len(rest) > 1 else ""
        judge = _installed if module in _INSTALLERS else _built
        return judge(module, rest[2:], directory)
    file = next((word for word in rest if not word.text.startswith("-")), None)
    inline = {"-c", "-", "--eval", "-s", "-Command"} | (set() if base in _SHELLS else {"-e", "-p"})
    if file is None or inline & {*texts} or not file.literal or not any(sign in file.text for sign in "./"):
        return None
    return f"{base} {file.text}", _path(file.text, directory)


def _installed(tool: str, rest: tuple[Word, ...], directory: str | None) -> tuple[str, str | None] | None:
    """Judge `pip install`: of the tree itself, or of what a requirements file of the tree names."""
    texts = [word.text for word in rest]
    if texts[:1] != ["install"]:
        return None
    for number, text in enumerate(texts[1:], 1):
        before = texts[number - 1]
        local = text == "." or text.startswith(("./", "../", ".["))
        if before in {"-r", "--requirement"} or (local and before not in {"-c", "--constraint", "-t", "--target"}):
            place = text.partition("[")[0] if local else text
            return f"{tool} install {'' if local else '-r '}{text}", _path(place, directory)
    return None


def _built(base: str, rest: tuple[Word, ...], directory: str | None) -> tuple[str, str | None] | None:
    known = _TOOLS.get(base)
    texts = [word.text for word in rest]
    if known is None or _HARMLESS & {*texts}:
        return None
    sub = next((text for text in texts if not text.startswith("-")), "") if known else next(iter(texts), "")
    for number, text in enumerate(texts[:-1]):
        if text in _DIRECTORY:
            directory = _path(texts[number + 1], directory) if rest[number + 1].literal else None
            left = [*texts[:number], *texts[number + 2 :]]
            sub = next((each for each in left if not each.startswith("-")), "")
    if known and sub not in known:
        return None
    return f"{base} {sub}".strip() if not sub.startswith("-") else base, directory


def _path(text: str, directory: str | None) -> str | None:
    return None if directory is None else normal(text, directory)
