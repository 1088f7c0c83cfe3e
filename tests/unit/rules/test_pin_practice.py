"""How the habit of pinning is measured, and whom it leaves out."""

import pytest

from phase_mirror.repository.workflows.uses import use_sites
from phase_mirror.rules.pin_practice import known_hash, practice_of, third_parties, typical
from workflow_harness import tree

HASH = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"
OTHER = "11bd71901bbe5b1630ceea73d27597364c9af683"


def sites(*uses):
    steps = "".join(f"      - uses: {each}\n" for each in uses)
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}"
    return list(use_sites(tree({".github/workflows/a.yml": text})))


def pinned(count, owner="acme"):
    return [f"{owner}/tool-{number}@{HASH} # v1" for number in range(count)]


@pytest.mark.parametrize(
    ("by_hash", "by_tag", "habit"),
    [(9, 0, False), (10, 0, True), (10, 1, True), (10, 2, False), (18, 2, True)],
)
def test_nine_in_ten_and_ten_at_least_make_a_habit(by_hash, by_tag, habit):
    found = practice_of(sites(*pinned(by_hash), *[f"x{n}/y@v1" for n in range(by_tag)]), owner_known=True)
    assert (found is not None) is habit


def test_actions_of_the_platform_do_not_count_where_they_are_mostly_by_tag():
    found = practice_of(sites(*pinned(10), *["actions/checkout@v4"] * 30), owner_known=True)
    assert found is not None
    assert (found.total, found.exempt) == (10, frozenset({"actions"}))


def test_actions_of_the_platform_count_where_they_are_mostly_pinned():
    found = practice_of(sites(*pinned(20, "actions"), "actions/cache@v4"), owner_known=True)
    assert found is not None
    assert (found.total, found.exempt) == (21, frozenset())


def test_an_owner_never_pinned_is_left_out_when_used_twice():
    found = practice_of(sites(*pinned(30), "a/x@v1", "a/y@v1", "b/x@v1"), owner_known=True)
    assert found is not None
    assert found.exempt == {"a"}


def test_an_owner_never_pinned_may_be_the_own_one_when_that_is_not_known():
    found = practice_of(sites(*pinned(30), "b/x@v1"), owner_known=False)
    assert found is not None
    assert found.exempt == {"b"}


def test_own_uses_local_ones_and_images_are_no_third_parties():
    slsa = "slsa-framework/slsa-github-generator/.github/workflows/x.yml@v2"
    found = third_parties(sites("Mine/x@v1", "./a", "docker://x:1", slsa, "acme/x@v1"), "mine/project")
    assert [site.action for site in found] == ["acme/x"]


def test_the_most_similar_pinned_use_is_shown():
    every = sites(f"acme/a@{HASH}", f"acme/b@{HASH}", "acme/b@v1", "acme/c@v1")
    assert typical(tuple(every[:2]), every[2]).action == "acme/b"
    assert typical(tuple(every[:2]), every[3]).action == "acme/a"


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ([f"acme/a@{HASH} # v1"], HASH),
        ([f"acme/a/sub@{HASH} # v1"], HASH),
        ([f"acme/a@{HASH} # v1", f"acme/a@{OTHER} # v1"], ""),
        ([f"acme/a@{HASH} # v1.2"], ""),
        ([f"acme/b@{HASH} # v1"], ""),
        (["acme/a@v1 # v1"], ""),
    ],
)
def test_a_hash_is_offered_only_where_the_repository_names_a_single_one(uses, expected):
    every = sites(*uses, "acme/a@v1")
    assert known_hash(every, every[-1]) == expected
