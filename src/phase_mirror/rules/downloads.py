"""What the scripts of the automation download, whether it is fixed, and whether it is run.

A download is `curl` or `wget` with an address. It is fixed where the address names a version, a hash or a release; it
can change where it is a file of a branch, the newest release, or a literal address without any version. An address that
the shell must fill in is neither: unknown stays unknown.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.repository.workflows.shell import read_script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.workflows.shell import Command, Word

FIXED, MOVING, UNKNOWN = "fixed", "moving", "unknown"

FETCHERS = frozenset({"curl", "wget", "curl.exe"})
_POWERSHELL = frozenset({"irm", "iwr", "invoke-restmethod", "invoke-webrequest"})
_EVALUATE = frozenset({"iex", "invoke-expression"})
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ash", "ksh"})
_INTERPRETERS = frozenset({"python", "python3", "perl", "ruby", "node"})
_INSTALLERS = frozenset({"mv", "cp", "install"})


class Download(Record):
    """One download of a script.

    Attributes:
        url: as written, without quotes.
        start, length: of the word that holds it (characters in the script).
        state: FIXED, MOVING or UNKNOWN.
        target: the file it is written to, by its own name; empty for none.
        runner: the command that runs it at once, None when nothing does.
        number: of the command in the script.
    """

    url: str
    start: int
    length: int
    state: str
    target: str
    runner: Command | None
    number: int


def downloads(text: str) -> tuple[tuple[Download, ...], tuple[Command, ...]]:
    """Return the downloads of a script, and all of its commands."""
    commands = read_script(text).commands
    found: list[Download] = []
    for number, command in enumerate(commands):
        if _fetches(command):
            runner = _reader_behind(commands, number)
            found += [
                Download(
                    word.text, word.start, word.length, state_of(word.text), _target(command, word), runner, number
                )
                for word in _addresses(command)
            ]
        elif command.name in _SHELLS | {".", "source", "eval"}:
            found += _substituted(command, number)
    return tuple(found), commands


def _fetches(command: Command) -> bool:
    return command.name in FETCHERS or command.name.lower() in _POWERSHELL


def _addresses(command: Command) -> Iterator[Word]:
    for before, word in zip(command.words, command.words[1:], strict=False):
        if word.text.startswith(("https://", "http://")) and before.text not in {"-e", "--referer", "-x", "--proxy"}:
            yield word


def _reader_behind(commands: tuple[Command, ...], number: int) -> Command | None:
    """Return the shell at the end of the pipe that a download flows into."""
    while commands[number].after == "|" and number + 1 < len(commands):
        number += 1
        if _reads_script(commands[number]):
            return commands[number]
    return None


def _reads_script(command: Command) -> bool:
    """Say whether a command runs what it is given on its standard input."""
    name, texts = command.name.rpartition("/")[2], [word.text for word in command.words[1:]]
    if name not in _SHELLS:
        return name.lower() in _EVALUATE or (name in _INTERPRETERS and texts[:1] in ([], ["-"]))
    skip = False
    for text in texts:
        if skip or text == "-":
            skip = False
        elif text.startswith("--") or not text.startswith("-") or "c" in text or "s" in text:
            return text.startswith("--") or (text.startswith("-") and "c" not in text)
        else:
            skip = text.endswith("o")
    return True


def _substituted(command: Command, number: int) -> Iterator[Download]:
    """Yield what a shell is given to run by `<(...)` or `$(...)`."""
    for word in command.words[1:3]:
        if not word.text.startswith(("<(", "$(")):
            continue
        for inner in read_script(word.text[2:-1]).commands:
            if _fetches(inner) and inner.after != "|":
                for address in _addresses(inner):
                    state = state_of(address.text)
                    yield Download(address.text, word.start, word.length, state, "", command, number)


def _target(command: Command, address: Word) -> str:
    """Return the name of the file that a download is written to; empty for standard output or an unknown name."""
    named = address.text.partition("?")[0].rpartition("/")[2]
    target = "" if command.name.startswith("curl") else named
    if command.name.lower() in _POWERSHELL:
        target = ""
    for option, word in zip(command.words, (*command.words[1:], None), strict=False):
        target = _output(command.name, option.text, word.text if word is not None else "", named, target)
    if command.writes:
        target = command.writes[-1].text
    name = target.rpartition("/")[2]
    return "" if "$" in name or "`" in name or name == "-" else name


def _output(tool: str, option: str, value: str, named: str, target: str) -> str:
    """Return the target after one option of a fetcher."""
    curl = tool.startswith("curl")
    if option in {"--output", "--output-document", "-OutFile", "-outfile"}:
        return value
    if option.startswith(("--output=", "--output-document=")):
        return option.partition("=")[2]
    if curl and option == "--remote-name":
        return named
    if not _short_options().fullmatch(option):
        return target
    letter = "o" if curl else "O"
    if curl and "O" in option:
        return named
    head, found, tail = option.partition(letter)
    return (tail or value) if found and head else target


@cache
def _short_options() -> re.Pattern[str]:
    return re.compile(r"-[A-Za-z]+-?")


def runs_file(commands: tuple[Command, ...], name: str) -> Command | None:
    """Return the first command that runs a downloaded file, makes it executable or puts it among the programs."""
    for command in commands:
        words = [word.text.rpartition("/")[2] for word in command.words]
        if not words or name not in words or _fetches(command):
            continue
        tool, texts = words[0], [word.text for word in command.words]
        script = next((word for word in words[1:] if not word.startswith("-")), "")
        if tool == name or (tool in _SHELLS | _INTERPRETERS | {"source", "."} and script == name):
            return command
        if tool == "java" and words[1:3] == ["-jar", name]:
            return command
        if tool == "chmod" and any("x" in text or text in {"755", "0755", "700"} for text in texts[1:2]):
            return command
        if tool in _INSTALLERS and "/bin" in texts[-1]:
            return command
    return None


# -- addresses --------------------------------------------------------------------------------------------------------


def state_of(url: str) -> str:
    """Say whether what an address names is fixed, can change, or is unknown."""
    place = url.partition("://")[2]
    first = re.split(r"[$`{]", place, maxsplit=1)[0]
    if is_newest(first) or is_of_branch(first):
        return MOVING
    if _fixed_shape().search(place):
        return FIXED
    return MOVING if first == place else UNKNOWN


def is_newest(url: str) -> bool:
    """Say whether an address names the newest release of a GitHub repository."""
    return "github.com/" in url and "/releases/latest/download/" in url


def is_of_branch(url: str) -> bool:
    """Say whether an address names a file of a branch of a GitHub repository."""
    return _branch_shape().search(url) is not None


@cache
def _branch_shape() -> re.Pattern[str]:
    names = "(?:refs/heads/[^/]+|main|master|HEAD|develop|trunk)"
    return re.compile(rf"raw\.githubusercontent\.com/[^/]+/[^/]+/{names}/|github\.com/[^/]+/[^/]+/raw/{names}/")


@cache
def _fixed_shape() -> re.Pattern[str]:
    return re.compile(
        r"/releases/download/|\d+\.\d+|\d+_\d+|[0-9a-fA-F]{40}|/v?\d+(?:[/?]|$)|refs/tags/|20\d{6}"
        r"|[$][{]*[ \w.-]*(?:VERSION|version|_VER|SHA|sha|COMMIT|commit|TAG|_REF)"
    )


def host_of(url: str) -> str:
    """Return the host of an address, lower case."""
    return re.split(r"[/:?#]", url.partition("://")[2], maxsplit=1)[0].lower()


def owner_of(url: str) -> str:
    """Return the GitHub owner that an address names, lower case; empty for another host."""
    host, parts = host_of(url), url.split("/")
    if host in {"github.com", "raw.githubusercontent.com", "api.github.com"} and len(parts) > 4:
        return parts[4 if host.startswith("api") and len(parts) > 5 else 3].lower()
    return host.removesuffix(".github.io") if host.endswith(".github.io") else ""
