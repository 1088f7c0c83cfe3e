"""The argument parser: every command, option and default."""

from __future__ import annotations

import argparse
import os

from phase_mirror.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

MODES = ("local", "pull_request", "merge_group", "drift", "calibration")
FORMATS = ("terminal", "json", "sarif", "github", "markdown")
CONFIDENCES = ("low", "medium", "high")
COMMANDS = ("analyze", "validate", "report", "rules", "init", "config", "doctor", "completion")


class Formatter(argparse.HelpFormatter):
    """The usual help, as wide as the terminal.

    The usual one asks `shutil` for the width, once for every option that is added: an import of 2 ms for help that
    hardly any run prints.
    """

    def __init__(self, prog: str, indent_increment: int = 2, max_help_position: int = 24) -> None:
        super().__init__(prog, indent_increment, max_help_position, width=_width())


def _width() -> int:
    try:
        return max(40, os.get_terminal_size(1).columns - 2)
    except OSError:
        return 100


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours, with the nearest match of a mistyped word."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, **options})

    def error(self, message: str) -> NoReturn:
        """Raise instead of exiting.

        Raises:
            UsageError: always.
        """
        raise UsageError(message + _nearest(message, self), then=f"see: {self.prog} --help")


def _nearest(message: str, parser: argparse.ArgumentParser) -> str:
    """Return ", did you mean X?" for a mistyped option, command or choice, else nothing."""
    import difflib  # noqa: PLC0415 - only on the way to an error
    import re  # noqa: PLC0415 - as above

    known: list[str] = []
    word = ""
    if match := re.search(r"unrecognized arguments: (-[^\s=]+)", message):
        word = match[1]
        parsers = [parser, *_subparsers(parser)]
        known = sorted({option for each in parsers for option in each._option_string_actions})  # noqa: SLF001 - argparse has no public list
    elif match := re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message):
        word = match[1]
        known = [choice.strip(" '") for choice in match[2].split(",")]
    close = difflib.get_close_matches(word, known, 1, 0.5)
    return f", did you mean {close[0]}?" if close else ""


def _subparsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    found: list[argparse.ArgumentParser] = []
    for action in parser._actions:  # noqa: SLF001 - argparse has no public list
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            found.extend(action.choices.values())
    return found


def build_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog="phase-mirror",
        description="Finds where a repository contradicts itself: what it declares against what it does.",
        epilog="Exit codes: 0 pass or warn, 1 block, 2 usage or configuration, 3 incomplete, 4 internal error.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.set_defaults(run=_overview(parser))
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=Parser, prog="phase-mirror")
    _analyze(commands.add_parser("analyze", help="analyze a repository and decide", allow_abbrev=False))
    _validate(commands.add_parser("validate", help="check the L0 invariants alone", allow_abbrev=False))
    _report(commands.add_parser("report", help="render a saved report again", allow_abbrev=False))
    _rules(commands.add_parser("rules", help="list the rules, or explain one", allow_abbrev=False))
    _init(commands.add_parser("init", help="write a first .phase-mirror.yml", allow_abbrev=False))
    _config(commands.add_parser("config", help="show or validate the configuration", allow_abbrev=False))
    _doctor(commands.add_parser("doctor", help="check the installation and the repository", allow_abbrev=False))
    _completion(commands.add_parser("completion", help="print shell completion", allow_abbrev=False))
    return parser


def _overview(parser: Parser) -> object:
    def run(options: argparse.Namespace) -> int:
        import sys  # noqa: PLC0415 - only for this path

        if options.version:
            from phase_mirror.version import __version__  # noqa: PLC0415 - as above

            sys.stdout.write(f"phase-mirror {__version__}\n")
            return 0
        raise UsageError("no command given", then=f"one of: {', '.join(COMMANDS)}; see: {parser.prog} --help")

    return run


def _late(command: str) -> object:
    """Return a runner that imports the command's module only when it runs."""

    def run(options: argparse.Namespace) -> int:
        from importlib import import_module  # noqa: PLC0415 - late by design

        return int(import_module(f"phase_mirror.cli.{command}").run(options))

    return run


def _path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="repository, or a folder in it (default: .)"
    )


def _selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules",
        action="append",
        default=[],
        metavar="ID[,ID]",
        help="run only these rules or families (MD-101, MD-002)",
    )
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="ID[,ID]", help="leave these rules or families out"
    )


def _rendering(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="terminal", help="what stdout gets (default: terminal)")
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="[FORMAT=]FILE",
        help="write a report to a file as well; may be given several times",
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour (default: auto)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print the summary alone")
    parser.add_argument("-v", "--verbose", action="store_true", help="print timing per rule and every listed finding")


def _analyze(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    parser.add_argument("--mode", choices=MODES, help="the occasion (default: from the GitHub event, else local)")
    parser.add_argument(
        "--base", metavar="REF", help="compare with this branch or commit; findings it has are pre-existing"
    )
    parser.add_argument("--ref", metavar="REF", help="analyze this commit from git objects, without a checkout")
    _selection(parser)
    parser.add_argument("--config", metavar="FILE", help="use this configuration file")
    _rendering(parser)
    parser.add_argument("--strict", action="store_true", help="use the strict thresholds")
    parser.add_argument("--dry-run", action="store_true", help="never block; say what would have blocked")
    parser.add_argument("--min-confidence", choices=CONFIDENCES, default="low", help="leave out what is less sure")
    parser.add_argument("--write-baseline", metavar="FILE", help="write the ids of all findings, for --baseline")
    parser.add_argument("--baseline", metavar="FILE", help="findings listed in this file are pre-existing")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write the cache of findings")
    parser.add_argument("--no-store", action="store_true", help="do not record events")
    parser.set_defaults(run=_late("analyze"))


def _validate(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    parser.add_argument("--config", metavar="FILE", help="use this configuration file")
    parser.add_argument("--format", choices=("terminal", "json"), default="terminal", help="output (default: terminal)")
    parser.set_defaults(run=_late("validate"))


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a report written with --output json=FILE")
    _rendering(parser)
    parser.set_defaults(run=_late("report"))


def _rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", nargs="?", metavar="ID", help="explain this rule, or list this family")
    parser.add_argument("--format", choices=("terminal", "json"), default="terminal", help="output (default: terminal)")
    parser.set_defaults(run=_late("rules"))


def _init(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    parser.add_argument("--template", choices=("minimal", "standard", "strict"), default="standard", help="how much")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    parser.set_defaults(run=_late("init"))


def _config(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        metavar="ACTION", required=True, parser_class=Parser, dest="action", prog="phase-mirror config"
    )
    for name, text in (("show", "print each value with its origin"), ("validate", "say whether the file is right")):
        action = actions.add_parser(name, help=text, allow_abbrev=False)
        _path(action)
        action.add_argument("--config", metavar="FILE", help="use this configuration file")
        action.add_argument("--format", choices=("terminal", "json"), default="terminal", help="output")
        action.set_defaults(run=_late("config"))


def _doctor(parser: argparse.ArgumentParser) -> None:
    _path(parser)
    parser.add_argument("--format", choices=("terminal", "json"), default="terminal", help="output (default: terminal)")
    parser.set_defaults(run=_late("doctor"))


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell to complete in")
    parser.set_defaults(run=_late("completion"))
