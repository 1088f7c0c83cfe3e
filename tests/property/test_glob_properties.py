"""Globs agree with a naive matcher written from the documentation alone, and with each other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from phase_mirror.repository.codeowners import read_codeowners
from phase_mirror.repository.globs.coverage import Gap, uncovered
from phase_mirror.repository.globs.filters import FilterPattern, FilterSet
from phase_mirror.repository.globs.language import UNDECIDED
from phase_mirror.repository.globs.owners import OwnersPattern
from phase_mirror.repository.globs.path_index import PathIndex
from phase_mirror.repository.ownership import Ownership

PATH = st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)
PATHS = st.lists(PATH, min_size=1, max_size=12, unique=True).map(
    lambda paths: [path for path in paths if not any(other.startswith(f"{path}/") for other in paths)]
)
PIECE = st.one_of(st.text("ab*?", min_size=1, max_size=3).filter(lambda text: "**" not in text), st.just("**"))
PATTERN = st.tuples(st.sampled_from(["", "/"]), st.lists(PIECE, min_size=1, max_size=4).map("/".join)).flatmap(
    lambda pair: st.sampled_from(["", "/"]).map(lambda end: "".join((*pair, end)))
)
FILTER = st.lists(st.sampled_from(["a", "b", "/", "*", "**"]), min_size=1, max_size=6).map("".join)


def word(pattern, text):
    """Say whether a segment fits, by recursion."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return word(pattern[1:], text) or (bool(text) and word(pattern, text[1:]))
    return bool(text) and pattern[0] in {"?", text[0]} and word(pattern[1:], text[1:])


def walk(pieces, parts):
    """Say whether segments lead exactly to the end of a path."""
    if not pieces:
        return not parts
    if pieces[0] == "**":
        return walk(pieces[1:], parts) or (bool(parts) and walk(pieces, parts[1:]))
    return bool(parts) and word(pieces[0], parts[0]) and walk(pieces[1:], parts[1:])


def owned(text, path):
    """Say whether GitHub takes a path for owned, trying each of its directories."""
    inside = text.endswith("/")
    pieces = text.strip("/").split("/")
    if not text.startswith("/") and "/" not in text.rstrip("/"):
        pieces.insert(0, "**")
    while pieces[-1:] == ["**"]:
        inside = True
        pieces.pop()
    parts = path.split("/")
    if not inside and len(pieces) > 1 and pieces[-1] == "*" and pieces != ["**", "*"]:
        return walk(pieces, parts)
    if text == "/*":
        return len(parts) == 1
    last = len(parts) - 1 if inside else len(parts)
    return any(walk(pieces, parts[:count]) for count in range(last + 1) if count or not pieces)


def let_through(pattern, text):
    """Say whether a filter pattern of stars fits, by recursion."""
    if not pattern:
        return not text
    if pattern.startswith("**"):
        rest = pattern.lstrip("*")
        return any(let_through(rest, text[at:]) for at in range(len(text) + 1))
    if pattern[0] == "*":
        return any(let_through(pattern[1:], text[at:]) for at in range(len(text) + 1) if "/" not in text[:at])
    return bool(text) and text[0] == pattern[0] and let_through(pattern[1:], text[1:])


@given(PATTERN, PATH)
@settings(deadline=None)
def test_an_owners_pattern_agrees_with_a_naive_matcher(text, path):
    assert OwnersPattern(text).matches(path) is owned(text, path)


@given(st.lists(PATTERN, min_size=1, max_size=5), PATHS)
@settings(deadline=None)
def test_index_automaton_and_ownership_agree_with_the_pattern(texts, paths):
    index = PathIndex(paths)
    for pattern in map(OwnersPattern, texts):
        expected = [path for path in index.paths if pattern.matches(path)]
        assert index.files(pattern) == expected
        assert [path for path in index.paths if pattern.automaton.accepts(path)] == expected
    owners = read_codeowners("CODEOWNERS", "".join(f"{text} @o{number}\n" for number, text in enumerate(texts)))
    ownership = Ownership(owners, index)
    for place, path in enumerate(index.paths):
        assert ownership.rule_of(place) is owners.owner_of(path)


@given(PATTERN, PATTERN, PATHS)
@settings(deadline=None)
def test_what_is_subsumed_is_matched(wide, narrow, paths):
    answer = OwnersPattern(wide).subsumes(OwnersPattern(narrow))
    only = [path for path in paths if OwnersPattern(narrow).matches(path) and not OwnersPattern(wide).matches(path)]
    assert answer is UNDECIDED or not (answer and only)


@given(FILTER.filter(lambda text: "**/" not in text), PATH)
@settings(deadline=None)
def test_a_filter_pattern_agrees_with_a_naive_matcher(text, path):
    assert FilterPattern(text).matches(path) is let_through(text, path)


@given(st.lists(st.lists(FILTER, min_size=1, max_size=3), min_size=1, max_size=3), PATHS)
@settings(deadline=None)
def test_a_gap_is_outside_every_filter(texts, paths):
    filters = [FilterSet(patterns) for patterns in texts]
    gap = uncovered(filters, paths)
    if isinstance(gap, Gap):
        assert not any(one.matches(gap.path) for one in filters)
    elif gap is None:
        assert all(any(one.matches(path) for one in filters) for path in paths)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_read_without_a_crash(text):
    owners = read_codeowners("CODEOWNERS", text)
    Ownership(owners, PathIndex(["a", "b/c"]))
    FilterPattern(text).matches(text)
