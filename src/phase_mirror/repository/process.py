"""Child processes with a time limit and a bound on what they may say.

`subprocess` costs 8 ms to import, a seventh of a whole run on a small repository (docs/decisions/0001); what is needed
of it is three pipes and a clock.
"""

from __future__ import annotations

import os
import select
import signal
import time

from phase_mirror.errors import PhaseMirrorError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

READ_SIZE = 1 << 20
"""Bytes asked for at once."""

MOST_ERRORS = 64 * 1024
"""Bytes kept of what a program complains about."""


class ProcessError(PhaseMirrorError):
    """A program took too long, said too much, or ended too early."""


def search_path() -> str:
    """Return the folders programs are looked up in; relative ones are left out, as they may lie in the repository."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if os.path.isabs(folder))


def temporary_folder() -> str:
    """Return where temporary files go; a relative place is left out, as it may lie in the repository."""
    folder = os.environ.get("TMPDIR", "")
    return folder if os.path.isabs(folder) else "/tmp"  # noqa: S108 - names in it must be ones nobody can guess


def find_program(name: str) -> str | None:
    """Return the absolute path of a program, None when it is not installed."""
    for folder in search_path().split(os.pathsep):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None


class Process:
    """A running program and our ends of its pipes.

    Args:
        command: the absolute path of the program, and its arguments.
        environment: all of its environment.
        complaints: keep a pipe for what it writes to stderr; otherwise that goes nowhere.

    Attributes:
        writing: its stdin.
        reading: its stdout.
        complaining: its stderr, -1 without one.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str], *, complaints: bool) -> None:
        stdin, stdout = os.pipe(), os.pipe()
        stderr = os.pipe() if complaints else (-1, os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC))
        actions = [
            (os.POSIX_SPAWN_DUP2, stdin[0], 0),
            (os.POSIX_SPAWN_DUP2, stdout[1], 1),
            (os.POSIX_SPAWN_DUP2, stderr[1], 2),
        ]
        self.writing, self.reading, self.complaining = stdin[1], stdout[0], stderr[0]
        self._open = {end for end in (self.writing, self.reading, self.complaining) if end >= 0}
        try:
            self.number = os.posix_spawn(
                command[0], list(command), environment, file_actions=actions, setsigdef=[signal.SIGPIPE]
            )
        except OSError:
            for end in tuple(self._open):
                self.shut(end)
            raise
        finally:
            for end in (stdin[0], stdout[1], stderr[1]):
                os.close(end)

    def shut(self, end: int) -> None:
        """Close one of our ends."""
        if end in self._open:
            self._open.discard(end)
            os.close(end)

    def end(self, *, kill: bool) -> int:
        """Close every pipe, wait for the end, and return the exit status; negative for a signal."""
        for end in tuple(self._open):
            self.shut(end)
        if kill:
            os.kill(self.number, signal.SIGKILL)
        _, status = os.waitpid(self.number, 0)
        return os.waitstatus_to_exitcode(status)


def run_bounded(
    command: Sequence[str], environment: dict[str, str], data: bytes, seconds: float, most: int
) -> tuple[int, bytes, bytes]:
    """Run a program to its end.

    Args:
        command: the absolute path of the program, and its arguments.
        environment: all of its environment.
        data: what it reads from stdin.
        seconds: how long it may run.
        most: how many bytes it may write to stdout.

    Returns:
        Exit status, negative for a signal; output; errors, at most about MOST_ERRORS bytes of them.

    Raises:
        ProcessError: it took longer or wrote more, and was killed.
    """
    process = Process(command, environment, complaints=True)
    kill = True
    try:
        output, errors = _talk(process, data, time.monotonic() + seconds, most)
        kill = False
    finally:
        status = process.end(kill=kill)
    return status, output, errors


def _talk(process: Process, data: bytes, deadline: float, most: int) -> tuple[bytes, bytes]:
    """Feed and drain the pipes of a program until it closes its ends."""
    kept: dict[int, list[bytes]] = {process.reading: [], process.complaining: []}
    left = {process.reading: most, process.complaining: MOST_ERRORS}
    poll = select.poll()
    for end in kept:
        poll.register(end, select.POLLIN)
    os.set_blocking(process.writing, False)
    view = memoryview(data)
    waiting = {process.reading, process.complaining}
    if view:
        poll.register(process.writing, select.POLLOUT)
        waiting.add(process.writing)
    else:
        process.shut(process.writing)
    while waiting:
        for end in wait(poll, deadline):
            if end == process.writing:
                view = _feed(end, view)
                finished = not view
            else:
                chunk = os.read(end, READ_SIZE)
                finished = not chunk
                if left[end] > 0:
                    kept[end].append(chunk)
                    left[end] -= len(chunk)
                if left[process.reading] < 0:
                    raise ProcessError(f"it wrote more than {most} bytes")
            if finished:
                poll.unregister(end)
                process.shut(end)
                waiting.discard(end)
    return b"".join(kept[process.reading]), b"".join(kept[process.complaining])


def wait(poll: select.poll, deadline: float) -> list[int]:
    """Return the pipes that are ready.

    Raises:
        ProcessError: none was before the deadline (monotonic seconds).
    """
    left = deadline - time.monotonic()
    ready = poll.poll(left * 1000) if left > 0 else []
    if not ready:
        raise ProcessError("it took too long")
    return [end for end, _ in ready]


def _feed(writing: int, view: memoryview) -> memoryview:
    try:
        return view[os.write(writing, view[:65536]) :]
    except BlockingIOError:
        return view
    except BrokenPipeError:
        return view[:0]
