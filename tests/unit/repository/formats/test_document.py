"""Lines and spans of a decoded file, down to a part of a value."""

import pytest

from phase_mirror.repository.formats.document import Text
from phase_mirror.repository.formats.yaml import read_yaml


def part_of(text, part):
    """Return the source that the span of a part of the only value covers, with its line."""
    document = read_yaml("a.yml", text)
    scalar = document.root.get("k")
    start = scalar.value.index(part)
    span = document.span_within(scalar, start, len(part))
    assert span.path == "a.yml"
    if span.line != span.end_line:
        return span.line, None
    return span.line, document.line(span.line)[span.column - 1 : span.end_column - 1]


def test_lines_are_counted_as_editors_do():
    text = Text("a", "a\r\nb\rc\n  d e  \n")
    assert text.lines == ["a", "b", "c", "  d e  ", ""]
    assert (text.line(0), text.line(4), text.line(99)) == ("", "  d e  ", "")


def test_the_span_of_a_line_leaves_out_its_blanks():
    text = Text("a", "  d e  \n   \n")
    assert str(text.span_of_line(1)) == "a:1:3"
    assert (text.span_of_line(1).column, text.span_of_line(1).end_column) == (3, 6)
    assert text.span_of_line(2).column == text.span_of_line(2).end_column


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ("k: run ${{ x }} now\n", "${{ x }}", (1, "${{ x }}")),
        ("k: 'it''s ${{ x }}'\n", "${{ x }}", (1, "${{ x }}")),
        ('k: "a ${{ x }}"\n', "${{ x }}", (1, "${{ x }}")),
        ('k: "\\x41${{ x }}"\n', "${{ x }}", (1, "${{ x }}")),
        ("k: a a b\n", "a b", (1, "a b")),
        ("k: |\n  one\n\n    two ${{ x }}\n", "${{ x }}", (4, "${{ x }}")),
        ("k: |\n\n  one x x\n", "x x", (3, "x x")),
        ("k: >-\n  one\n  two ${{ x }}\n", "${{ x }}", (3, "${{ x }}")),
        ("k: |2\n    deep ${{ x }}\n", "${{ x }}", (2, "${{ x }}")),
        ("k: |\r\n  a ${{ x }}\r\n", "${{ x }}", (2, "${{ x }}")),
        ("k: |\n  a ${{\n  x }}\n", "${{\nx }}", (2, "${{")),
    ],
)
def test_a_part_of_a_value_is_found_in_its_line(text, part, expected):
    assert part_of(text, part) == expected


def test_a_part_that_the_source_does_not_repeat_is_the_whole_value():
    assert part_of('k: "\\x41"\n', "A") == (1, '"\\x41"')
    assert part_of("k: one\n  two\n", "two") == (1, None)
    assert part_of("k: >\n  one\n  two\n", "one two") == (1, None)


def test_an_empty_part_is_the_whole_value():
    document = read_yaml("a.yml", "k: abc\n")
    scalar = document.root.get("k")
    assert document.span_within(scalar, 1, 0) == document.span(scalar)
