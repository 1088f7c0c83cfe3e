"""Who owns every file of a tree."""

from __future__ import annotations

from phase_mirror.repository.codeowners import read_codeowners
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.path_index import PathIndex
from phase_mirror.repository.ownership import Ownership

PATHS = ("README.md", "apps/github/a.js", "apps/web/b.js", "docs/a.md", "docs/build/b.md", "src/app.go", "src/app.js")
EXAMPLE = """\
* @global
*.js @js
/docs/ @doc
docs/* @direct
/apps/ @app
/apps/github
"""


def owned(text: str, paths: tuple[str, ...] = PATHS, **options: int) -> Ownership:
    return Ownership(read_codeowners("CODEOWNERS", text), PathIndex(paths, **options))


def test_the_last_rule_that_matches_decides():
    ownership = owned(EXAMPLE)
    rules = [ownership.rule_of(place) for place in range(len(PATHS))]
    assert [rule.pattern.text for rule in rules] == ["*", "/apps/github", "/apps/", "docs/*", "/docs/", "*", "*.js"]
    assert rules == [ownership.codeowners.owner_of(path) for path in ownership.index.paths]


def test_rules_count_what_they_match_and_what_they_decide():
    ownership = owned(EXAMPLE)
    assert [ownership.matched(number) for number in range(6)] == [7, 3, 2, 1, 2, 1]
    assert [ownership.decides(number) for number in range(6)] == [2, 1, 1, 1, 1, 1]
    assert ownership.decided


def test_takers_are_the_later_rules_that_decide_instead():
    ownership = owned(EXAMPLE)
    assert ownership.takers(0) == [1, 2, 3, 4, 5]
    assert ownership.takers(1) == [4, 5]
    assert ownership.takers(2) == [3]
    assert ownership.takers(4) == [5]
    assert ownership.takers(5) == []
    assert ownership.takers(0) == [1, 2, 3, 4, 5]


def test_a_rule_without_owners_takes_ownership_away():
    assert owned(EXAMPLE).unowned() == ["apps/github/a.js"]


def test_files_that_no_rule_matches_are_unowned():
    ownership = owned("/docs/ @doc\n")
    assert ownership.unowned() == [path for path in PATHS if not path.startswith("docs/")]
    assert ownership.rule_of(0) is None
    assert ownership.rule_of(3).pattern.text == "/docs/"


def test_no_rules_own_nothing():
    ownership = owned("# nothing\n")
    assert ownership.unowned() == list(PATHS)
    assert ownership.decided


def test_a_rule_that_a_later_equal_one_hides_decides_nothing():
    ownership = owned("*.js @one\n*.go @go\n*.js @two\n")
    assert [ownership.decides(number) for number in range(3)] == [0, 1, 3]
    assert ownership.takers(0) == [2]


def test_stretches_are_those_of_the_index():
    ownership = owned(EXAMPLE)
    assert ownership.stretches(2) == [(3, 5)]
    assert ownership.index.paths[3:5] == ["docs/a.md", "docs/build/b.md"]


def test_a_pattern_that_could_not_be_tried_leaves_the_rest_known():
    ownership = owned("*.js @js\n/docs/ @doc\n*.md @md\n* @all\n", most_trials=0)
    assert not ownership.decided
    assert ownership.matched(0) is UNDECIDED
    assert ownership.stretches(2) is UNDECIDED
    assert ownership.takers(0) == []
    assert ownership.matched(3) == len(PATHS)
    assert ownership.decides(3) == len(PATHS)


def test_many_overlapping_rules_visit_each_file_once():
    paths = tuple(f"d/{number:04}" for number in range(2000))
    ownership = owned("".join(f"/d/ @o{number}\n" for number in range(300)), paths)
    assert ownership.decides(299) == 2000
    assert sum(ownership.decides(number) for number in range(299)) == 0
