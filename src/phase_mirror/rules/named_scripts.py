"""The files and directories that the commands of a script need, with what lies in the workspace by then.

Only what a command cannot do without is named: a script by its path, the file of an interpreter, the file of `pip
install -r`, the directory of `cd` and `make -C`. What stands behind a test, in a block or before `||` may not run, or
may fail in peace, and is left out.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from phase_mirror.model.record import Record
from phase_mirror.repository.workflows.shell import Script, read_script
from phase_mirror.repository.workflows.workspace import after_commands, normal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.workflows.shell import Command, Word
    from phase_mirror.repository.workflows.workspace import Workspace

_TESTS = frozenset({"[", "[[", "test", "command", "which", "grep", "ls", "stat"})
_SHELLS = frozenset({"bash", "sh", "zsh", ".", "source"})
_OTHERS = frozenset({"node", "perl", "python", "python3", "ruby"})
_ENDINGS = (".bash", ".cjs", ".js", ".mjs", ".pl", ".py", ".rb", ".sh")
_LEAVERS = frozenset({"pushd", "popd", "exit", "trap", "eval", "alias"})
"""After one of these at the top level, nothing is known of what follows."""


class NamedFile(Record):
    """One path a command needs.

    Attributes:
        written: as it stands in the script.
        path: relative to the workspace.
        directory: it is relative to, in the workspace.
        start, length: of the word in the script (characters).
        is_directory: a directory is needed.
        state: of the workspace when the command starts.
    """

    written: str
    path: str
    directory: str
    start: int
    length: int
    is_directory: bool
    state: Workspace


def named_files(text: str, directory: str, state: Workspace) -> Iterator[NamedFile]:
    """Yield what the commands of a script need, in order.

    Args:
        text: the script.
        directory: it starts in, relative to the workspace.
        state: of the workspace when it starts.
    """
    commands = read_script(text).commands
    needed = {id(command): _needs(command) for command in commands}
    times: dict[str, int] = {}
    for need in needed.values():
        if need:
            name = need[0].text.rpartition("/")[2]
            times[name] = times.get(name, 0) + 1
    where: str | None = directory
    for number, command in enumerate(commands):
        need = needed[id(command)]
        if where is not None and need and _is_plain(commands, number):
            word, is_directory = need
            path = normal(word.text, where)
            name = word.text.rpartition("/")[2]
            if path and name and text.count(name) <= times[name]:
                yield NamedFile(word.text, path, where, word.start, word.length, is_directory, state)
        where = _moved(command, where)
        if where is None or [each.text for each in command.words[:2]] == ["set", "+e"]:
            return
        end = commands[number + 1].start if number + 1 < len(commands) else len(text)
        state = after_commands(state, Script((command,), complete=True), text[command.start : end])


def _is_plain(commands: tuple[Command, ...], number: int) -> bool:
    """Say whether a command surely runs, and its failure counts."""
    command = commands[number]
    if command.depth or command.after == "||" or command.before in {"||", "|"} or command.after == "|":
        return False
    return command.before != "&&" or commands[number - 1].name not in _TESTS


def _moved(command: Command, where: str | None) -> str | None:
    if command.name in _LEAVERS:
        return None
    if command.name != "cd" or where is None:
        return where
    if command.depth or command.after == "||" or len(command.words) != 2 or not command.words[1].literal:
        return None
    return normal(command.words[1].text, where)


def _needs(command: Command) -> tuple[Word, bool] | None:
    """Return the word that names what a command needs, and whether that is a directory."""
    name, rest = command.words[0].text if command.words else "", command.words[1:]
    texts = [word.text for word in rest]
    if "/" in name:
        return (command.words[0], False) if command.words[0].literal else None
    if name == "cd" or (name == "make" and texts[:1] == ["-C"]):
        return _directory(rest if name == "cd" else rest[1:2])
    if name.startswith("python") and texts[:2] == ["-m", "pip"]:
        return _requirements(rest[2:])
    if name in {"pip", "pip3"} or (name == "uv" and texts[:1] == ["pip"]):
        return _requirements(rest[1:] if name == "uv" else rest)
    return _script(name, rest) if name in _SHELLS | _OTHERS else None


def _directory(words: tuple[Word, ...]) -> tuple[Word, bool] | None:
    if len(words) != 1 or not words[0].literal or words[0].text.startswith("-"):
        return None
    return words[0], True


def _requirements(rest: tuple[Word, ...]) -> tuple[Word, bool] | None:
    """Return the first file that `pip install` is to read."""
    if [word.text for word in rest[:1]] != ["install"]:
        return None
    for option, word in pairwise(rest):
        if option.text in {"-r", "--requirement", "-c", "--constraint"} and word.literal and ":" not in word.text:
            return word, False
    return None


def _script(name: str, rest: tuple[Word, ...]) -> tuple[Word, bool] | None:
    """Return the file an interpreter is given."""
    for word in rest:
        if word.text.startswith("-"):
            if _quiet_options().fullmatch(word.text) and name in _SHELLS | {"python", "python3"}:
                continue
            return None
        if word.literal and word.text.endswith(_ENDINGS):
            return word, False
        return None
    return None


@cache
def _quiet_options() -> re.Pattern[str]:
    return re.compile(r"-[aeuvxBEIO]+")
