"""Readers of hostile text: each reads or says why not, agrees with a well-known reader, and points into the text."""

import json
import math
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.document import Text
from phase_mirror.repository.formats.json import read_json
from phase_mirror.repository.formats.markdown import read_markdown
from phase_mirror.repository.formats.plain import plain
from phase_mirror.repository.formats.toml import read_toml
from phase_mirror.repository.formats.tree import Mapping, Scalar, Sequence
from phase_mirror.repository.formats.yaml import read_yaml


def lenient(path, text):
    return read_json(path, text, lenient=True)


READERS = (read_json, lenient, read_toml, read_yaml)

PARTS = st.sampled_from(
    (
        *("{", "}", "[", "]", ",", ":", ": ", "\n", "\r\n", "\r", "\t", " ", "  ", "\n  ", "\n- ", "- ", "a", "b", "1"),
        *(
            "'",
            '"',
            '"""',
            "'''",
            "\\",
            "\\u00e9",
            "\\ud83d",
            "//",
            "/*",
            "*/",
            "#",
            "=",
            " = ",
            ".",
            "[[",
            "]]",
            "\n[",
        ),
        *("&x ", "*x", "<<: ", "!!str ", "|\n", ">-\n", "? ", "---\n", "...\n", "%", "\u2028", "\x85", "\ufeff", "😀"),
        *("true", "null", "-1.5e3", "0x1F", "1979-05-27", "k: v\n", '"k": 1', "k = 1\n", "```", "~~~", "`", "<!--"),
        *(
            "-->",
            "![",
            "](",
            ")",
            "(",
            "<a href=",
            "https://a.b",
            "# ",
            "\n===",
            "> ",
            "    ",
            "<",
            ">",
            "|",
            "_",
            "**",
        ),
    )
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PARTS, max_size=25).map("".join))
NAMES = st.text(max_size=6)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), NAMES),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=20,
)


def nodes_in(text, document):
    """Check that every place lies inside the text, and in its parent; return how many nodes there are."""
    lines = Text("a", text).lines
    found = list(document.root.walk())
    for node in found:
        assert (1, 1) <= (node.line, node.column) <= (node.end_line, node.end_column)
        assert node.end_line <= len(lines)
        assert node.column <= len(lines[node.line - 1]) + 1
        assert node.end_column <= len(lines[node.end_line - 1]) + 1
    return len(found)


def data_of(node):
    """Return the values of a tree read from JSON, as Python's reader would."""
    if isinstance(node, Mapping):
        return {key.value: data_of(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [data_of(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value if node.style else json.loads(node.value)


def same(one, other):
    """Compare with the types, and with NaN equal to itself."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=250, deadline=None)
@given(text=TEXTS)
def test_any_text_reads_or_is_refused_at_a_place_inside_it(read, text):
    try:
        document = read("dir/a", text)
    except UnreadableError as error:
        path, *place = error.where.split(":")
        assert path == "dir/a"
        if place:
            line, column = map(int, place)
            assert line >= 1
            assert column >= 1
        return
    assert nodes_in(text, document) >= 1


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_json_takes_what_python_takes(text):
    def unique(pairs):
        if len(dict(pairs)) < len(pairs):
            raise ValueError("duplicate")
        return dict(pairs)

    def refuse(name):
        raise ValueError(name)

    try:
        expected = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except ValueError:
        with pytest.raises(UnreadableError):
            read_json("a", text)
    else:
        assert same(data_of(read_json("a", text).root), expected)


@settings(max_examples=100, deadline=None)
@given(data=JSON, indent=st.sampled_from((None, 0, 2)), ascii_only=st.booleans())
def test_json_agrees_with_python_on_values(data, indent, ascii_only):
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    document = read_json("a", text)
    assert same(data_of(document.root), data)
    assert same(data_of(lenient("a", text).root), data)
    nodes_in(text, document)
    lines = Text("a", text).lines
    for node in document.root.walk():
        if isinstance(node, Scalar):
            assert node.line == node.end_line
            source = lines[node.line - 1][node.column - 1 : node.end_column - 1]
            assert same(json.loads(source), data_of(node))


KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,4}", fullmatch=True), st.sampled_from(('"a.b"', "'c'", '"\\u0061"')))
VALUES = st.recursive(
    st.sampled_from(
        (
            *('"x"', "'y'", '"""\nz\n"""', "'''a\n\n'''", "1", "-2.5", "true", "nan", "-inf", "0x1F", "1_000", '"#"'),
            *("1979-05-27", "07:32:00", "1979-05-27 07:32:00Z", '"\\u00e9\\"]"', '"""a""b"""""', "'[x]'"),
        )
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[ " + ", # c ]\n".join(items) + "]"),
        st.lists(st.tuples(KEYS, inner), max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=5,
)
DOTTED = st.lists(KEYS, min_size=1, max_size=3).map(" . ".join)
STATEMENTS = st.one_of(
    st.tuples(DOTTED, VALUES).map(lambda pair: f"{pair[0]} = {pair[1]} # c = 2"),
    DOTTED.map(lambda key: f"[{key}]"),
    DOTTED.map(lambda key: f" [[ {key} ]] # c"),
    st.just(""),
)


@settings(max_examples=250, deadline=None)
@given(
    text=st.one_of(
        TEXTS,
        st.tuples(st.lists(STATEMENTS, max_size=8), st.sampled_from(("\n", "\r\n"))).map(
            lambda pair: pair[1].join(pair[0])
        ),
    )
)
def test_toml_agrees_with_the_library(text):
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(UnreadableError):
            read_toml("a", text)
        return
    document = read_toml("a", text)
    value, _, keys = plain(document)
    assert same(value, json.loads(json.dumps(expected, default=lambda stamp: stamp.isoformat())))
    nodes_in(text, document)
    lines = Text("a", text).lines
    for path, span in keys.items():
        source = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        assert source == path[-1] or source[0] in "'\""


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_markdown_points_into_the_text(text):
    found = read_markdown("a.md", text)
    lines = Text("a.md", text).lines
    for part in (*found.links, *found.fences, *found.headings):
        span = part.span
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_line <= len(lines)
        assert span.end_column <= len(lines[span.end_line - 1]) + 2  # a line feed behind a carriage return counts
    for link in found.links:
        span = link.target_span
        if span.line == span.end_line and not {"\\", "&"} & set(link.target) and "\\" not in text and "&" not in text:
            assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == link.target


@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_nothing_inside_a_fence_is_a_link_or_heading(text):
    inside = text.replace("~", "")
    found = read_markdown("a.md", f"~~~~ x\n{inside}\n~~~~\n")
    assert found.links == ()
    assert found.headings == ()
    assert len(found.fences) == 1
    assert found.fences[0].text == "\n".join(Text("a", f"{inside}\n").lines)
