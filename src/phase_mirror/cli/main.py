"""The entry point: parses the command line and turns errors into sentences and exit codes."""

from __future__ import annotations

import gc
import sys

from phase_mirror.errors import EXIT_INTERNAL, EXIT_USAGE, PhaseMirrorError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

COLLECT = (100_000, 50, 50)
"""How seldom cyclic garbage is looked for: a run makes little of it and ends soon; the usual pace costs 5 % of it."""
ISSUES_URL = "https://github.com/phase-mirror/phase-mirror/issues"


def console() -> None:
    """Run as the `phase-mirror` script."""
    gc.set_threshold(*COLLECT)
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: the command line without the program's name.

    Returns:
        The exit code: 0 pass or warn, 1 block, 2 usage or configuration, 3 incomplete, 4 a bug.
    """
    if list(arguments) == ["--version"]:  # before argparse is imported: 6 ms
        from phase_mirror.version import __version__  # noqa: PLC0415 - see above

        sys.stdout.write(f"phase-mirror {__version__}\n")
        return 0
    try:
        return _dispatch(arguments)
    except PhaseMirrorError as error:
        for sentence in error.sentences():
            complain(sentence)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away; there is nobody to complain to
        return EXIT_USAGE
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug must exit 4, without repository content
        return _report_bug(error)


def _dispatch(arguments: Sequence[str]) -> int:
    from phase_mirror.cli.parser import build_parser  # noqa: PLC0415 - argparse costs 6 ms that --version need not pay

    options = build_parser().parse_args(list(arguments))
    return int(options.run(options))


def complain(sentence: str) -> None:
    """Write one error line to stderr: redacted, as it may quote a file, and neutralised for terminals and runners."""
    from phase_mirror.redaction.redactor import Redactor  # noqa: PLC0415 - only on the way out
    from phase_mirror.render.escape import escape_terminal  # noqa: PLC0415 - as above

    sys.stderr.write(f"phase-mirror: error: {escape_terminal(Redactor().redact(sentence).value)}\n")


def _report_bug(error: Exception) -> int:
    """Say where the bug is by our own file and line; the error's text may quote the repository and is left out."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename.replace("\\", "/")
        _, ours, inside = file.rpartition("/phase_mirror/")
        if ours:
            places.append(f"{inside}:{trace.tb_lineno}")
        trace = trace.tb_next
    complain(
        f"internal error: {type(error).__name__} at {' < '.join(reversed(places[-4:])) or 'an unknown place'}. "
        f"This is a bug: please report it at {ISSUES_URL}"
    )
    return EXIT_INTERNAL
