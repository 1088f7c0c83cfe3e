import signal
import threading
import time
from contextlib import suppress

import pytest

from phase_mirror.app.alarm import within
from phase_mirror.oracle.request import OutOfTimeError, without_limit
from phase_mirror.repository.commit import CommitTree
from phase_mirror.repository.git import Git
from repository_harness import make_repository


def forever():
    while True:
        with suppress(Exception):  # what a careless reader would do
            sum(range(1000))


def test_work_in_time_gives_its_result():
    assert within(5, lambda: 7) == 7
    assert without_limit(0, lambda: 7) == 7


def test_work_that_takes_too_long_is_ended():
    started = time.monotonic()
    with pytest.raises(OutOfTimeError):
        within(0.05, forever)
    assert time.monotonic() - started < 5
    with pytest.raises(OutOfTimeError):
        within(-1, forever)


def test_the_handler_and_the_timer_of_before_are_put_back():
    before = signal.getsignal(signal.SIGALRM)
    within(5, lambda: None)
    with pytest.raises(KeyError):
        within(5, lambda: {}["x"])
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_outside_the_main_thread_work_ends_by_itself():
    found = []
    thread = threading.Thread(target=lambda: found.append(within(0.01, lambda: time.sleep(0.05) or "done")))
    thread.start()
    thread.join()
    assert found == ["done"]


def test_an_interrupted_read_does_not_mix_up_the_next_one(tmp_path):
    make_repository(tmp_path, {"a.txt": "a" * 3_000_000, "b.txt": "b"})
    tree = CommitTree(Git(str(tmp_path)), "HEAD")
    ask = tree.git.objects._read

    def slow(reading, deadline):
        ask(reading, deadline)
        raise OutOfTimeError

    tree.git.objects._read = slow
    with pytest.raises(OutOfTimeError):
        tree.read("a.txt")
    tree.git.objects._read = ask
    assert tree.read("b.txt") == b"b"
    tree.close()
