"""The filter patterns of workflows, held against the cheat sheet of GitHub's documentation.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
"""

from __future__ import annotations

import pytest

from phase_mirror.repository.globs.filters import FilterPattern, FilterSet, includes


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("feature/*", ["feature/my-branch", "feature/your-branch"]),
        ("feature/**", ["feature/beta-a/my-branch", "feature/your-branch", "feature/mona/the/octocat"]),
        ("releases/mona-the-octocat", ["releases/mona-the-octocat"]),
        ("*", ["main", "releases", "README.md", "server.rb"]),
        ("**", ["all/the/branches", "every/tag", "all/the/files.md"]),
        ("*feature", ["mona-feature", "feature", "ver-10-feature"]),
        ("v2*", ["v2", "v2.0", "v2.9"]),
        ("v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"]),
        ("*.jsx?", ["page.js", "page.jsx"]),
        ("*.js", ["app.js", "index.js"]),
        ("**.js", ["index.js", "js/index.js", "src/js/app.js"]),
        ("docs/*", ["docs/README.md", "docs/file.txt"]),
        ("docs/**", ["docs/README.md", "docs/mona/octocat.txt"]),
        ("docs/**/*.md", ["docs/README.md", "docs/mona/hello-world.md", "docs/a/markdown/file.md"]),
        ("**/docs/**", ["docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"]),
        ("**/README.md", ["README.md", "js/README.md"]),
        ("**/*src/**", ["a/src/app.js", "my-src/code/js/app.js"]),
        ("**/*-post.md", ["my-post.md", "path/their-post.md"]),
        ("**/migrate-*.sql", ["migrate-10909.sql", "db/migrate-v1.0.sql", "db/sept/migrate-v1.sql"]),
        ("Octoc?t", ["Octoct", "Octot"]),
        ("[CB]at", ["Cat", "Bat"]),
        ("[1-2]00", ["100", "200"]),
    ],
)
def test_the_examples_of_the_cheat_sheet_match(pattern, names):
    read = FilterPattern(pattern)
    assert read.problem is None
    assert [name for name in names if not read.matches(name)] == []


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*", "a/b"),
        ("docs", "docs/a.md"),
        ("docs/", "docs/a.md"),
        ("docs/*", "docs/a/b.md"),
        ("docs/**", "docs"),
        ("docs/**", "src/docs/a.md"),
        ("*.js", "src/app.js"),
        ("*.jsx?", "page.jsxx"),
        ("**/docs/**", "mydocs/a.md"),
        ("**/README.md", "MY-README.md"),
        ("readme.md", "README.md"),
        ("v[0-9]+", "v"),
        ("[a-c]", "d"),
        ("[a_]", "-"),
        ("main", "refs/heads/main"),
        ("a**/b", "b"),
        ("a.b", "axb"),
    ],
)
def test_a_pattern_must_match_the_whole_name(pattern, name):
    assert not FilterPattern(pattern).matches(name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        (r"c\+\+/**", "c++/main.cc"),
        (r"what\?", "what?"),
        (r"\[x\]", "[x]"),
        (r"\*", "*"),
        (r"\!important", "!important"),
        (r"a\\b", "a\\b"),
        ("a!b", "a!b"),
        ("x]", "x]"),
        (".+", "..."),
        ("[a-c_]+", "ab_c"),
        ("a/**/b", "a/b"),
        ("a/**/b", "a/x/y/b"),
        ("a***b", "a/x/b"),
        ("a**/b", "ax/y/b"),
    ],
)
def test_special_characters_escape_and_combine(pattern, name):
    read = FilterPattern(pattern)
    assert read.problem is None
    assert read.matches(name)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "it is empty"),
        ("!", "it is empty"),
        ("a" * 5000, "it is too long"),
        ("c++/**", "`+` repeats the character before it, and there is none that can be repeated"),
        ("?a", "`?` repeats the character before it, and there is none that can be repeated"),
        ("*?", "`?` repeats the character before it, and there is none that can be repeated"),
        ("**/+", "`+` repeats the character before it, and there is none that can be repeated"),
        (r"a\b", "the backslash is not before a special character"),
        ("a\\", "the backslash is not before a special character"),
        ("[ab", "`[` is never closed"),
        ("[]", "`[]` takes letters, digits and ranges of one kind of them"),
        ("[a-]", "`[]` takes letters, digits and ranges of one kind of them"),
        ("[a-Z]", "`[]` takes letters, digits and ranges of one kind of them"),
        ("[z-a]", "`[]` takes letters, digits and ranges of one kind of them"),
        ("[^a]", "`[]` takes letters, digits and ranges of one kind of them"),
        ("[é]", "`[]` takes letters, digits and ranges of one kind of them"),
    ],
)
def test_what_has_no_documented_meaning_is_a_problem_and_matches_nothing(pattern, reason):
    read = FilterPattern(pattern)
    assert str(read.problem).startswith(f"the filter pattern {pattern!r} cannot be read: {reason}")
    assert not read.matches(pattern)
    assert FilterSet([pattern]).problem is read.problem or str(FilterSet([pattern]).problem) == str(read.problem)


@pytest.mark.parametrize(
    ("patterns", "through", "held"),
    [
        (["*.md", "!README.md"], ["hello.md"], ["README.md", "docs/hello.md"]),
        (["*.md", "!README.md", "README*"], ["hello.md", "README.md", "README.doc"], ["a.txt"]),
        (["!README.md", "*.md"], ["README.md"], []),
        (["sub-project/**", "!sub-project/docs/**"], ["sub-project/index.js"], ["sub-project/docs/a.md"]),
        (["releases/**", "!releases/**-alpha"], ["releases/10", "releases/beta/mona"], ["releases/10-alpha"]),
        (["!docs/**"], [], ["docs/a", "src/a"]),
    ],
)
def test_the_last_pattern_that_matches_decides(patterns, through, held):
    chosen = FilterSet(patterns)
    assert [name for name in through if not chosen.matches(name)] == []
    assert [name for name in held if chosen.matches(name)] == []


def test_an_ignore_filter_holds_back_what_any_pattern_matches():
    ignored = FilterSet(["docs/**", "*.md"], ignore=True)
    assert not ignored.matches("docs/a/b.txt")
    assert not ignored.matches("README.md")
    assert ignored.matches("src/README.md")


def test_an_exclamation_mark_under_ignore_is_a_problem_and_holds_nothing_back():
    ignored = FilterSet(["docs/**", "!docs/api/**"], ignore=True)
    assert "'!docs/api/**' stands under an `-ignore` filter" in str(ignored.problem)
    assert ignored.matches("docs/a.md")


def test_an_unreadable_pattern_is_named_before_an_exclamation_mark():
    assert "'c++'" in str(FilterSet(["!a", "c++"], ignore=True).problem)


def test_a_filter_without_patterns_lets_everything_through():
    for ignore in (False, True):
        assert FilterSet([], ignore=ignore).unfiltered
        assert FilterSet([], ignore=ignore).matches("any/thing")
    assert not FilterSet(["a"]).unfiltered


def test_a_filter_of_too_many_characters_is_a_problem():
    assert "too large" in str(FilterSet(["a" * 4000] * 26).problem)
    assert FilterSet(["a" * 4000] * 25).problem is None


def test_no_filter_lets_every_name_through():
    assert includes(None, "main")
    assert includes(FilterSet(["main"]), "main")
    assert not includes(FilterSet(["main"]), "dev")


def test_patterns_and_filters_show_what_was_written():
    assert repr(FilterPattern("!a/**")) == "FilterPattern('!a/**')"
    assert FilterPattern("!a/**").negative
    assert repr(FilterSet(["a", "!b"], ignore=True)) == "FilterSet(['a', '!b'], ignore=True)"
