import time

import pytest

from phase_mirror.repository.exemptions import inline_exemptions
from phase_mirror.repository.formats.document import Text


def found(path, text):
    return inline_exemptions(Text(path, text))


def test_a_comment_behind_something_speaks_of_its_line():
    (one,) = found("ci.yml", "on: push\nuses: a/b@v1  # phase-mirror: ignore[MD-204] pinned elsewhere\n")
    assert (one.rules, one.reason, one.expires, one.target, one.problem) == (("MD-204",), "pinned elsewhere", "", 2, "")
    assert (one.span.line, one.span.column, one.span.end_column) == (2, 15, 62)
    assert one.covers("MD-204", 2, "2026-01-01")
    assert not one.covers("MD-204", 3, "2026-01-01")
    assert not one.covers("MD-203", 2, "2026-01-01")


def test_a_comment_of_its_own_speaks_of_the_next_line_that_is_no_comment():
    text = "  # phase-mirror: ignore[MD-204] a\n\n  # more words\n  # phase-mirror: ignore[MD-203] b\n  uses: a/b@v1\n"
    assert [(one.rules, one.target) for one in found("ci.yml", text)] == [(("MD-204",), 5), (("MD-203",), 5)]


def test_a_comment_at_the_end_speaks_of_nothing():
    assert found("ci.yml", "a: 1\n# phase-mirror: ignore[MD-204] a")[0].target == 0


@pytest.mark.parametrize(
    ("comment", "rules", "reason", "expires"),
    [
        ("phase-mirror: ignore[MD-204, MD-203] why", ("MD-204", "MD-203"), "why", ""),
        ("phase-mirror: ignore[MD-204] why until=2027-03-01", ("MD-204",), "why", "2027-03-01"),
        ("phase-mirror: ignore[MD-204] until=2027-03-01 why not", ("MD-204",), "why not", "2027-03-01"),
        ("phase-mirror: ignore[MD-204] until=2027-03-01", ("MD-204",), "", "2027-03-01"),
        ("phase-mirror: ignore[MD-204]", ("MD-204",), "", ""),
        ("phase-mirror: ignore[MD-204]: because", ("MD-204",), "because", ""),
        ("phase-mirror:ignore [MD-204] -- because", ("MD-204",), "because", ""),
        ("phase-mirror: ignore[MD-002] family", ("MD-002",), "family", ""),
        ("phase-mirror: ignore[ , MD-204,] x", ("MD-204",), "x", ""),
    ],
)
def test_spellings(comment, rules, reason, expires):
    (one,) = found("ci.yml", f"a: 1 # {comment}")
    assert (one.rules, one.reason, one.expires) == (rules, reason, expires)


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("ignore all of it", "it names no rule: write ignore[MD-204]"),
        ("ignore[] x", "it names no rule: write ignore[MD-204]"),
        ("ignore[MD-204 x", "it names no rule: write ignore[MD-204]"),
        ("ignore[MD-204] x until=soon", "'soon' is no day: write until=2027-03-01"),
        ("ignore[MD-204] x until=2027-02-29", "'2027-02-29' is no day: write until=2027-03-01"),
    ],
)
def test_mistakes_are_named_and_cover_nothing(comment, problem):
    (one,) = found("ci.yml", f"a: 1 # phase-mirror: {comment}")
    assert one.problem == problem
    assert not one.covers("MD-204", 1, "2026-01-01")


@pytest.mark.parametrize(("today", "covers"), [("2027-02-28", True), ("2027-03-01", True), ("2027-03-02", False)])
def test_it_holds_through_its_last_day(today, covers):
    (one,) = found("ci.yml", "a: 1 # phase-mirror: ignore[MD-002] x until=2027-03-01")
    assert one.covers("MD-204", 1, today) is covers
    assert one.expired(today) is not covers


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("CODEOWNERS", "*.js @a # phase-mirror: ignore[MD-401] x"),
        ("Makefile", "a: b # phase-mirror: ignore[MD-401] x"),
        ("Dockerfile", "FROM x ## phase-mirror: ignore[MD-401] x"),
        ("main.tf", "a = 1 # phase-mirror: ignore[MD-401] x"),
        ("main.tf", "a = 1 // phase-mirror: ignore[MD-401] x"),
        ("go.mod", "go 1.22 // phase-mirror: ignore[MD-401] x"),
        ("renovate.json5", "a: 1, // phase-mirror: ignore[MD-401] x"),
        ("README.md", "[a](b) <!-- phase-mirror: ignore[MD-401] x -->"),
        ("docs/a.HTML", "<a><!-- phase-mirror: ignore[MD-401] x --></a>"),
    ],
)
def test_each_kind_of_file_has_its_comments(path, line):
    (one,) = found(path, line)
    assert (one.rules, one.reason, one.target) == (("MD-401",), "x", 1)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("package.json", '"a": "# phase-mirror: ignore[MD-401] x"'),
        ("README.md", "# phase-mirror: ignore[MD-401] a heading"),
        ("main.go", "# phase-mirror: ignore[MD-401] x"),
        ("ci.yml", "a: b# phase-mirror: ignore[MD-401] no comment in YAML"),
        ("ci.yml", "a: phase-mirror: ignore[MD-401] x"),
        ("ci.yml", "# see phase-mirror: ignore[MD-401] x"),
        ("ci.yml", "# phase-mirror: ignored[MD-401] x"),
        ("ci.yml", "# phase-mirror: the tool"),
        ("ci.yml", "a: 1"),
    ],
)
def test_what_is_no_exemption(path, line):
    assert found(path, line) == ()


def test_a_markdown_comment_of_its_own_speaks_of_the_paragraph_below():
    (one,) = found("README.md", "<!-- phase-mirror: ignore[MD-504] x until=2027-03-01 -->\n\n[a](gone.md)\n")
    assert (one.target, one.expires) == (3, "2027-03-01")


def test_a_file_full_of_exemptions_is_read_in_linear_time():
    text = "# phase-mirror: ignore[MD-204] x\n" * 20_000
    start = time.process_time()
    assert len(found("ci.yml", text)) == 20_000
    assert time.process_time() - start < 5
