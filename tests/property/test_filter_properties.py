"""The glob languages against matchers written anew in the plainest way, and the exact answers against brute force."""

from __future__ import annotations

from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from phase_mirror.repository.codeowners import read_codeowners
from phase_mirror.repository.globs.coverage import overlap, uncovered
from phase_mirror.repository.globs.filters import FilterPattern, FilterSet
from phase_mirror.repository.globs.owners import OwnersPattern
from phase_mirror.repository.globs.path_index import PathIndex
from phase_mirror.repository.globs.refs import RefPattern
from phase_mirror.repository.ownership import Ownership

TEXTS = ["".join(chars) for length in range(6) for chars in product("abc/", repeat=length)]
PATHS = [text for text in TEXTS if text and all(text.split("/"))]
"""Every path of up to five characters over two letters that patterns know, one that they do not, and the slash."""

TOKENS = ("a", "b", "/", "*", "**", "**/", "/**", "a?", "b+", "[ab]", "[a-b]+", "[b]?", "a/")
FILTER_TEXTS = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=5).map("".join)
FILTERS = st.builds(
    FilterSet, st.lists(st.tuples(st.sampled_from(("", "", "!")), FILTER_TEXTS).map("".join), min_size=1, max_size=3)
)
IGNORING = st.lists(FILTER_TEXTS, min_size=1, max_size=3).map(lambda texts: FilterSet(texts, ignore=True))
EITHER = st.one_of(FILTERS, IGNORING).filter(lambda filter_set: filter_set.problem is None)


def fits(pattern: str, name: str, at: int = 0) -> bool:
    """Match a filter pattern by trying every way."""
    if at == len(pattern):
        return not name
    if pattern.startswith("**", at):
        if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
            cuts = [0, *(place + 1 for place, char in enumerate(name) if char == "/")]
            return any(fits(pattern, name[cut:], at + 3) for cut in cuts)
        after = at + 2
        while pattern[after : after + 1] == "*":
            after += 1
        return any(fits(pattern, name[cut:], after) for cut in range(len(name) + 1))
    if pattern[at] == "*":
        return any(fits(pattern, name[cut:], at + 1) for cut in range(len(name) + 1) if "/" not in name[:cut])
    end = pattern.index("]", at) + 1 if pattern[at] == "[" else at + 1
    allowed = {"[ab]": "ab", "[a-b]": "ab", "[b]": "b"}.get(pattern[at:end], pattern[at:end])
    one = bool(name) and name[0] in allowed
    if pattern[end : end + 1] == "?":
        return fits(pattern, name, end + 1) or (one and fits(pattern, name[1:], end + 1))
    if pattern[end : end + 1] == "+":
        return one and (fits(pattern, name[1:], end + 1) or fits(pattern, name[1:], at))
    return one and fits(pattern, name[1:], end)


def passes(filter_set: FilterSet, name: str) -> bool:
    """Apply the patterns in order."""
    through = filter_set.ignore
    for pattern in filter_set.patterns:
        if fits(pattern.text.removeprefix("!"), name):
            through = not (filter_set.ignore or pattern.text.startswith("!"))
    return through


@given(FILTER_TEXTS)
def test_a_filter_pattern_matches_what_the_plain_matcher_matches(text):
    pattern = FilterPattern(text)
    assume(pattern.problem is None)
    assert [name for name in TEXTS[:341] if pattern.matches(name) != fits(text, name)] == []


@given(EITHER)
def test_a_filter_lets_through_what_its_patterns_say_in_order(filter_set):
    assert [name for name in TEXTS[:341] if filter_set.matches(name) != passes(filter_set, name)] == []


@given(st.lists(EITHER, min_size=1, max_size=3))
@settings(deadline=None)
def test_a_change_that_no_filter_covers_is_found_exactly_when_there_is_one(filters):
    gaps = [path for path in PATHS if not any(filter_set.matches(path) for filter_set in filters)]
    found = uncovered(filters, ())
    if found is None:
        assert gaps == []
        return
    assert not any(passes(filter_set, found.path) for filter_set in filters)
    assert not found.tracked
    assert all(len(found.path) <= len(path) for path in gaps)


@given(st.lists(EITHER, min_size=1, max_size=3), st.lists(st.sampled_from(PATHS), max_size=6))
@settings(deadline=None)
def test_a_tracked_file_is_preferred_in_the_order_given(filters, tracked):
    gaps = [path for path in tracked if not any(filter_set.matches(path) for filter_set in filters)]
    found = uncovered(filters, tracked)
    if gaps:
        assert (found.path, found.tracked) == (gaps[0], True)
    elif found is not None:
        assert not found.tracked


@given(EITHER, EITHER)
@settings(deadline=None)
def test_filters_overlap_when_some_path_passes_both(one, other):
    if any(one.matches(path) and other.matches(path) for path in PATHS):
        assert overlap(one, other) is True
    assert overlap(one, other) is overlap(other, one)


REF_TEXTS = st.lists(st.sampled_from(("a", "b", "/", "*", "**/", "**", "?", "[ab]")), max_size=5).map("".join)


def fnmatch(pattern: str, name: str, at: int = 0) -> bool:
    """Match as Ruby does with FNM_PATHNAME, by trying every way."""
    if at == len(pattern):
        return not name
    if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
        cuts = [0, *(place + 1 for place, char in enumerate(name) if char == "/")]
        return any(fnmatch(pattern, name[cut:], at + 3) for cut in cuts)
    if pattern[at] == "*":
        return any(fnmatch(pattern, name[cut:], at + 1) for cut in range(len(name) + 1) if "/" not in name[:cut])
    after = at + 4 if pattern[at] == "[" else at + 1
    allowed = {"?": "abc", "[": "ab"}.get(pattern[at], pattern[at])
    return bool(name) and name[0] in allowed and fnmatch(pattern, name[1:], after)


@given(REF_TEXTS)
def test_a_branch_pattern_matches_what_the_plain_matcher_matches(text):
    pattern = RefPattern(text)
    assert pattern.problem is None
    assert [name for name in TEXTS[:341] if pattern.matches(name, None) != fnmatch(text, name)] == []


SEGMENTS = st.sampled_from(("a", "b", "ab", "*", "**", "a*", "*b", "?", "?b", "*a*", "a**"))
OWNERS = st.tuples(
    st.sampled_from(("", "/")), st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join), st.sampled_from(("", "/"))
).map(lambda parts: "".join(parts[:2]) + ("" if parts[1].endswith("**") else parts[2]))
TREES = st.lists(
    st.lists(st.sampled_from(("a", "b", "ab", "aab", "c")), min_size=1, max_size=4).map("/".join), max_size=12
).map(lambda paths: [path for path in paths if not any(other.startswith(f"{path}/") for other in paths)])
"""Files of one tree: none is at once a directory."""


def named(segment: str, name: str) -> bool:
    """Match one segment by trying every way; `**` inside of one is a `*`."""
    if not segment:
        return not name
    if segment[0] == "*":
        return any(named(segment[1:], name[cut:]) for cut in range(len(name) + 1))
    return bool(name) and segment[0] in {"?", name[0]} and named(segment[1:], name[1:])


def leads(segments: list[str], names: list[str]) -> bool:
    """Match all segments with all names; `**` stands for any number of names."""
    if not segments:
        return not names
    if segments[0] == "**":
        return any(leads(segments[1:], names[cut:]) for cut in range(len(names) + 1))
    return bool(names) and named(segments[0], names[0]) and leads(segments[1:], names[1:])


def owns(pattern: str, path: str) -> bool:
    """Match a CODEOWNERS pattern as GitHub documents it."""
    segments, names = pattern.strip("/").split("/"), path.split("/")
    if not pattern.startswith("/") and len(segments) == 1:
        segments = ["**", *segments]
    if pattern.endswith("/"):
        return any(leads(segments, names[:cut]) for cut in range(len(names)))
    if segments[-1] == "**":
        return any(leads(segments[:-1], names[:cut]) for cut in range(len(names)))
    if segments[-1] == "*":
        return leads(segments, names)
    return any(leads(segments, names[:cut]) for cut in range(len(names) + 1))


@given(OWNERS, TREES)
def test_an_owners_pattern_matches_what_the_plain_matcher_matches(text, paths):
    pattern = OwnersPattern(text)
    expected = sorted({path for path in paths if owns(text, path)})
    assert sorted({path for path in paths if pattern.matches(path)}) == expected
    assert sorted({path for path in paths if pattern.automaton.accepts(path)}) == expected


@given(st.lists(OWNERS, max_size=5), TREES)
def test_the_index_answers_as_every_pattern_on_every_file(texts, paths):
    index = PathIndex(paths)
    for text in texts:
        pattern = OwnersPattern(text)
        assert index.files(pattern) == [path for path in index.paths if pattern.matches(path)]


@given(st.lists(OWNERS, max_size=6), TREES)
def test_the_owner_of_every_file_is_named_by_the_last_rule_that_matches(texts, paths):
    codeowners = read_codeowners("CODEOWNERS", "".join(f"{text} @o{number}\n" for number, text in enumerate(texts)))
    ownership = Ownership(codeowners, PathIndex(paths))
    rules = [ownership.rule_of(place) for place in range(len(ownership.index.paths))]
    assert rules == [codeowners.owner_of(path) for path in ownership.index.paths]
    for number, rule in enumerate(codeowners.rules):
        assert ownership.decides(number) == sum(found is rule for found in rules)
        matched = {
            id(found) for found, path in zip(rules, ownership.index.paths, strict=True) if owns(texts[number], path)
        }
        takers = [other for other, found in enumerate(codeowners.rules) if id(found) in matched and other != number]
        assert ownership.takers(number) == takers


@given(OWNERS, OWNERS)
@settings(deadline=None)
def test_a_pattern_that_holds_another_one_matches_all_it_matches(wide, narrow):
    if OwnersPattern(wide).subsumes(OwnersPattern(narrow)) is True:
        assert [path for path in PATHS if owns(narrow, path) and not owns(wide, path)] == []
    else:
        assert wide != narrow
