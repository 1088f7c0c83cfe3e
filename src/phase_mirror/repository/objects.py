"""Blobs of a git repository, all read through one process that stays open."""

from __future__ import annotations

import os
import select
import time

from phase_mirror.errors import PhaseMirrorError
from phase_mirror.repository.process import READ_SIZE, Process, ProcessError, wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MISSING = "its object is not in this clone"


class MissingObjectError(PhaseMirrorError):
    """The clone does not hold the object, or not as a blob."""


class TooLargeError(PhaseMirrorError):
    """A blob is larger than allowed.

    Attributes:
        size: in bytes.
    """

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes")
        self.size = size


class Objects:
    """Asks `git cat-file --batch` for one blob at a time; starts it for the first one.

    Args:
        command: the whole command line.
        environment: of the process.
        seconds: how long one answer may take.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str], seconds: float) -> None:
        self.command = command
        self.environment = environment
        self.seconds = seconds
        self._process: Process | None = None
        self._poll = select.poll()
        self._buffer = bytearray()

    def blob(self, name: str, most: int) -> bytes:
        """Return the content of a blob.

        Args:
            name: its object id.
            most: the largest size that is read (bytes); the content of a larger one never enters our memory.

        Raises:
            MissingObjectError: the clone does not hold it, or it is not a blob.
            TooLargeError: it is larger.
            ProcessError: git took too long or broke off.
        """
        try:
            return self._ask(name, most)
        except MissingObjectError:
            raise
        except OSError as error:
            self.close()
            raise ProcessError("git cat-file broke off") from error
        except BaseException:  # errors of ours, and the kill switch of a run
            self.close()  # the rest of the answer may still be in the pipe
            raise

    def _ask(self, name: str, most: int) -> bytes:
        if self._process is None:
            self._process = Process(self.command, self.environment, complaints=False)
            self._poll = select.poll()
            self._poll.register(self._process.reading, select.POLLIN)
        deadline = time.monotonic() + self.seconds
        os.write(self._process.writing, name.encode("ascii") + b"\n")
        while (line := self._buffer.find(b"\n")) < 0:
            if not self._read(self._process.reading, deadline):  # so ends git where it would have to fetch the object
                self.close()
                raise MissingObjectError(_MISSING)
        header = bytes(self._buffer[:line]).split(b" ")
        del self._buffer[: line + 1]
        if header[-1] == b"missing" or len(header) != 3:
            raise MissingObjectError(_MISSING)
        size = int(header[2])
        if header[1] != b"blob":
            raise ProcessError("its object is not a file")
        if size > most:
            raise TooLargeError(size)
        while len(self._buffer) <= size:  # a line feed follows the content
            if not self._read(self._process.reading, deadline):
                raise ProcessError("git cat-file broke off")
        data = bytes(self._buffer[:size])
        self._buffer.clear()
        return data

    def _read(self, reading: int, deadline: float) -> bool:
        """Read on; say whether there was anything."""
        wait(self._poll, deadline)
        chunk = os.read(reading, READ_SIZE)
        self._buffer += chunk
        return bool(chunk)

    def close(self) -> None:
        """End the process; the next blob starts another."""
        process, self._process = self._process, None
        self._buffer.clear()
        if process is not None:
            process.end(kill=True)
