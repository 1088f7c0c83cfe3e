"""The kill switch: ends work that takes too long, wherever it is.

A rule looks at the clock for nobody, and a hostile tree can be made to keep one busy; so the operating system's timer
interrupts it. Outside the main thread of a process there is no such timer, and work ends by itself.
"""

from __future__ import annotations

import signal
from signal import SIGALRM

from phase_mirror.oracle.request import OutOfTimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn, TypeVar

    T = TypeVar("T")

LEAST = 0.001
"""Seconds; zero would switch the timer off."""


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do some work and return its result.

    Args:
        seconds: how long it may take.
        work: what to do.

    Raises:
        OutOfTimeError: it took longer; whatever it was doing is left half done.
    """
    try:
        before = signal.signal(SIGALRM, _ring)
    except ValueError:  # not the main thread
        return work()
    try:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, LEAST))
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(SIGALRM, before)


def _ring(_number: int, _frame: Any) -> NoReturn:
    raise OutOfTimeError
