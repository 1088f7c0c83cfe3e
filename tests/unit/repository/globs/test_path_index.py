"""The index finds the files of a pattern without trying every file, and gives up at its budget."""

import pytest

from phase_mirror.repository.codeowners import read_codeowners
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.owners import OwnersPattern
from phase_mirror.repository.globs.path_index import PathIndex
from phase_mirror.repository.ownership import Ownership

PATHS = ["README.md", "src/a.c", "src/deep/b.c", "src/deep/c.h", "tests/src/d.c", "src-old/e.c"]
PATTERNS = ["*", "*.c", "/src/", "src/", "src/*", "src/**/b.c", "**/deep", "/s*/deep/?.c", "deep", "*e*", "/", "none"]


@pytest.mark.parametrize("text", PATTERNS)
def test_the_index_agrees_with_the_pattern(text):
    pattern = OwnersPattern(text)
    assert PathIndex(PATHS).files(pattern) == sorted(path for path in PATHS if pattern.matches(path))


def test_a_spent_budget_is_undecided():
    index = PathIndex(PATHS, most_trials=0)
    index.stretches(OwnersPattern("*.c"))
    assert index.stretches(OwnersPattern("*.h")) is UNDECIDED
    assert index.files(OwnersPattern("*.h")) is UNDECIDED
    assert index.dead(OwnersPattern("*.h")) is UNDECIDED
    assert index.stretches(OwnersPattern("*")) == [(0, len(PATHS))]


def test_undecided_is_neither_true_nor_false():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNDECIDED)


def test_the_last_pattern_that_matches_decides():
    owners = read_codeowners("CODEOWNERS", "* @a\n/src/ @b\n*.h\n/src/deep/b.c @c\n")
    ownership = Ownership(owners, PathIndex(PATHS))
    assert ownership.decided
    assert [ownership.decides(number) for number in range(4)] == [3, 1, 1, 1]
    assert [ownership.matched(number) for number in range(4)] == [6, 3, 1, 1]
    assert ownership.takers(1) == [2, 3]
    assert ownership.unowned() == ["src/deep/c.h"]
    for place, path in enumerate(ownership.index.paths):
        assert ownership.rule_of(place) is owners.owner_of(path)


def test_a_pattern_that_is_not_tried_decides_nothing():
    owners = read_codeowners("CODEOWNERS", "*.c @a\n*.h @b\n* @c\n")
    ownership = Ownership(owners, PathIndex(PATHS, most_trials=0))
    assert not ownership.decided
    assert ownership.matched(1) is UNDECIDED
    assert ownership.takers(1) == []
    assert ownership.decides(2) == len(PATHS)
