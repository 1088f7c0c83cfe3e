import os
import threading

import pytest

from phase_mirror.app.cache import Cache, code_fingerprint
from phase_mirror.repository.memory import MemoryTree

MATERIAL = {"tool": "1", "listing": "a"}
FILES = {"a.yml": b"one", "gone.yml": None}
REPORT = {"meta": {}, "items": [1]}


@pytest.fixture
def cache(tmp_path):
    return Cache(str(tmp_path / "deep" / "cache"))


def test_an_unchanged_tree_is_known(cache):
    assert cache.load(MATERIAL, MemoryTree({"a.yml": "one"})) is None
    assert cache.save(MATERIAL, FILES, REPORT)
    assert cache.load(MATERIAL, MemoryTree({"a.yml": "one"})) == REPORT


def test_changed_new_or_lost_files_are_noticed(cache):
    cache.save(MATERIAL, FILES, REPORT)
    assert cache.load(MATERIAL, MemoryTree({"a.yml": "two"})) is None
    assert cache.load(MATERIAL, MemoryTree({"a.yml": "one", "gone.yml": "now readable"})) is None
    assert cache.load(MATERIAL, MemoryTree({})) is None
    assert cache.load({**MATERIAL, "tool": "2"}, MemoryTree({"a.yml": "one"})) is None


def test_an_entry_written_by_somebody_else_does_not_count(cache):
    cache.save(MATERIAL, FILES, REPORT)
    (entry,) = [name for name in os.listdir(cache.directory) if len(name) == 64]
    path = os.path.join(cache.directory, entry)
    with open(path, "rb") as file:
        seal, body = file.read().split(b"\n", 1)
    for forged in (seal + b"\n" + body.replace(b"[1]", b"[]"), b"0" * 64 + b"\n" + body, body, b""):
        with open(path, "wb") as file:
            file.write(forged)
        assert cache.load(MATERIAL, MemoryTree({"a.yml": "one"})) is None


def test_a_key_that_others_can_read_is_no_key(cache):
    cache.save(MATERIAL, FILES, REPORT)
    os.chmod(os.path.join(cache.directory, "key"), 0o644)
    fresh = Cache(cache.directory)
    assert fresh.load(MATERIAL, MemoryTree({"a.yml": "one"})) is None
    assert not fresh.save(MATERIAL, FILES, REPORT)


def test_files_are_private(cache):
    cache.save(MATERIAL, FILES, REPORT)
    assert os.stat(cache.directory).st_mode & 0o777 == 0o700
    for name in os.listdir(cache.directory):
        assert os.stat(os.path.join(cache.directory, name)).st_mode & 0o777 == 0o600


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    assert not Cache(str(tmp_path / "file" / "cache")).save(MATERIAL, FILES, REPORT)


def test_runs_side_by_side_share_one_key(cache):
    caches = [Cache(cache.directory) for _ in range(8)]
    threads = [
        threading.Thread(target=each.save, args=({**MATERIAL, "n": number}, FILES, REPORT))
        for number, each in enumerate(caches)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tree = MemoryTree({"a.yml": "one"})
    assert all(Cache(cache.directory).load({**MATERIAL, "n": n}, tree) == REPORT for n in range(8))


def test_old_entries_go(cache, monkeypatch):
    monkeypatch.setattr("phase_mirror.app.cache.MOST_ENTRIES", 3)
    for number in range(6):
        cache.save({**MATERIAL, "n": number}, FILES, REPORT)
    assert len([name for name in os.listdir(cache.directory) if len(name) == 64]) == 3


def test_the_code_has_a_fingerprint():
    assert len(code_fingerprint()) == 64
    assert code_fingerprint() == code_fingerprint()
