"""The index answers as trying every pattern on every file would."""

from __future__ import annotations

import pytest

from phase_mirror.repository.globs import path_index
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.owners import OwnersPattern
from phase_mirror.repository.globs.path_index import PathIndex

PATHS = (
    "README.md",
    "a",
    "a-b/x.js",
    "a.b/y.js",
    "apps/one/main.js",
    "apps/two/docs/deep/logs/x",
    "apps/two/docs/index.md",
    "apps/two/main.js",
    "docs/README.md",
    "docs/api/index.md",
    "docs/api/v1/index.md",
    "lib/docs",
    "logs/today",
    "src/app.js",
    "src/app.test.js",
    "x/apps/three/y.js",
    "x/x/x/x",
)
PATTERNS = (
    *("*", "/*", "*/", "/*/", "**", "docs", "docs/", "/docs/", "docs/*", "docs/**", "docs/**/*.md", "**/docs", "apps/"),
    *("/apps/", "/apps/*", "/apps/*/", "/apps/*/docs/", "/apps/**/docs/*", "**/docs/**/index.md", "*.js", "app.*"),
    *("*app*", "*.test.js", "/src/*.js", "/*.md", "/a*/", "x/", "/x/**/x", "x/*", "**/x/*", "x/**/x/x", "**/**/x"),
    *("/README.md", "nothing", "/nothing/", "nothing/*", "no*thing", "a//b", "//", "?", "/?", "*?d*", "*/docs/*"),
    *("/*/*/*.js", "*/x/*", "!docs", "[a]", "/", ""),
)


def index(**options: int) -> PathIndex:
    return PathIndex(reversed(PATHS + PATHS), **options)


@pytest.mark.parametrize("text", PATTERNS)
def test_the_files_of_a_pattern_are_those_it_matches(text):
    pattern = OwnersPattern(text)
    expected = [path for path in PATHS if pattern.matches(path)]
    assert index().files(pattern) == expected
    assert index().dead(pattern) is (not expected)


@pytest.mark.parametrize("text", PATTERNS)
def test_stretches_ascend_and_do_not_touch(text):
    stretches = index().stretches(OwnersPattern(text))
    flat = [place for stretch in stretches for place in stretch]
    assert flat == sorted(set(flat))


def test_paths_are_sorted_and_named_once():
    assert index().paths == sorted(PATHS)


def test_an_empty_tree_has_no_files():
    empty = PathIndex([])
    assert empty.files(OwnersPattern("*")) == []
    assert empty.dead(OwnersPattern("*.js")) is True
    assert empty.files(OwnersPattern("/*")) == []


def test_a_directory_that_sorts_between_its_neighbours_is_one_stretch():
    tree = PathIndex(["a/b", "a-b", "a.b", "a0", "a/c/d"])
    assert tree.files(OwnersPattern("/a/")) == ["a/b", "a/c/d"]
    assert tree.stretches(OwnersPattern("/a")) == [(2, 4)]


def test_a_spent_budget_answers_undecided_but_never_for_everything():
    spent = index(most_trials=0)
    assert spent.stretches(OwnersPattern("/apps/*/")) is UNDECIDED
    assert spent.trials > 0
    assert spent.files(OwnersPattern("docs/")) is UNDECIDED
    assert spent.dead(OwnersPattern("docs/")) is UNDECIDED
    assert spent.files(OwnersPattern("*")) == sorted(PATHS)
    assert spent.files(OwnersPattern("!ignored")) == []


@pytest.mark.parametrize("text", ["**/docs/*", "*.js", "/*", "/apps/*/docs/", "x/**/x/x", "/README.md"])
@pytest.mark.parametrize("budget", [0, 1, 5, 300, 305, 600, 603])
def test_a_budget_spent_on_the_way_never_answers_in_part(text, budget):
    pattern = OwnersPattern(text)
    found = index(most_trials=budget).files(pattern)
    assert found is UNDECIDED or found == [path for path in PATHS if pattern.matches(path)]


def test_a_pattern_that_is_too_long_is_undecided():
    assert index().stretches(OwnersPattern("a" * 5000)) is UNDECIDED


def test_names_are_tried_once_for_equal_patterns():
    tree = index()
    tree.files(OwnersPattern("*.js"))
    spent = tree.trials
    tree.files(OwnersPattern("*.js"))
    assert tree.trials - spent < 10


def test_forgotten_names_are_looked_up_again(monkeypatch):
    monkeypatch.setattr(path_index, "_MOST_KEPT", 1)
    tree = index()
    for _ in range(2):
        for text in ("*.js", "*.md", "docs"):
            assert tree.files(OwnersPattern(text)) == [path for path in PATHS if OwnersPattern(text).matches(path)]


def test_a_wide_tree_is_not_tried_file_by_file():
    tree = PathIndex(f"d{number % 100}/f{number}.txt" for number in range(5000))
    assert tree.files(OwnersPattern("/d7/f7.txt")) == ["d7/f7.txt"]
    assert tree.files(OwnersPattern("f4999.txt")) == ["d99/f4999.txt"]
    assert tree.trials < 100


@pytest.mark.parametrize("text", ["/*/9*x/z", "**/*/last/z", "/*/9*/**/z"])
def test_a_search_cut_off_before_its_first_match_is_not_taken_for_an_empty_one(text):
    paths = [f"{top}/{number:04}/f" for top in "am" for number in range(500)] + ["m/9998/last/z", "m/9999/z", "m/9x/z"]
    for budget in range(0, 2500, 50):
        tree = PathIndex(paths, most_trials=budget)
        assert tree.dead(OwnersPattern(text)) is not True
