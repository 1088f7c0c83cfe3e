import pytest

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.plain import plain
from phase_mirror.repository.formats.toml import read_toml
from phase_mirror.repository.formats.tree import Mapping, boolean_of, number_of, text_of
from phase_mirror.repository.limits import Limits

PROJECT = """\
# a comment = 1
title = "x" # "y"
[project]
requires-python = ">=3.11"
"dotted.key" = 'a\\b'
license.text = "MIT"
classifiers = [ # the first
  "A",
  "B", ]
[tool.ruff.lint]
select = ["ALL"]
inline = { a = 1, b.c = [true, {}] }
"""


def places(node):
    return node.line, node.column, node.end_line, node.end_column


def sentence(text, **options):
    with pytest.raises(UnreadableError) as caught:
        read_toml("a.toml", text, **options)
    return caught.value.sentence()


def test_positions():
    document = read_toml("pyproject.toml", PROJECT)
    value, spans, keys = plain(document)
    assert value["project"] == {
        "requires-python": ">=3.11",
        "dotted.key": "a\\b",
        "license": {"text": "MIT"},
        "classifiers": ["A", "B"],
    }
    assert places(document.root) == (1, 1, 13, 1)
    expected = {
        ("title",): ("2:1", "2:9"),
        ("project",): ("3:2", "3:1"),
        ("project", "requires-python"): ("4:1", "4:19"),
        ("project", "dotted.key"): ("5:1", "5:16"),
        ("project", "license"): ("6:1", "6:1"),
        ("project", "license", "text"): ("6:9", "6:16"),
        ("project", "classifiers"): ("7:1", "7:15"),
        ("tool",): ("10:2", "10:1"),
        ("tool", "ruff"): ("10:7", "10:1"),
        ("tool", "ruff", "lint"): ("10:12", "10:1"),
        ("tool", "ruff", "lint", "inline", "a"): ("12:12", "12:16"),
        ("tool", "ruff", "lint", "inline", "b"): ("12:19", "12:19"),
        ("tool", "ruff", "lint", "inline", "b", "c"): ("12:21", "12:25"),
    }
    found = {path: (keys[path], spans[path]) for path in expected}
    assert {path: tuple(f"{span.line}:{span.column}" for span in both) for path, both in found.items()} == expected
    assert places(document.root.get("project", "classifiers")) == (7, 15, 9, 9)
    assert places(document.root.get("project", "classifiers").items[1]) == (9, 3, 9, 6)
    assert places(document.root.get("project")) == (3, 1, 9, 9)
    assert places(document.root.get("tool", "ruff", "lint", "inline")) == (12, 10, 12, 37)
    assert places(document.root.get("tool")) == (10, 1, 12, 37)


def test_arrays_of_tables():
    text = '[[bin]]\nname = "a"\n\n[bin.sub]\nk = 1\n[[bin]]\nname = "b"\n[[bin.deep]]\nx = 1\n[[bin.deep]]\nx = 2\n'
    document = read_toml("a.toml", text)
    value, spans, keys = plain(document)
    assert value == {"bin": [{"name": "a", "sub": {"k": 1}}, {"name": "b", "deep": [{"x": 1}, {"x": 2}]}]}
    assert str(keys["bin",]) == "a.toml:1:3"
    assert str(spans["bin", 1, "name"]) == "a.toml:7:8"
    assert str(spans["bin", 0, "sub", "k"]) == "a.toml:5:5"
    assert str(spans["bin", 1, "deep", 1, "x"]) == "a.toml:11:5"
    first, second = document.root.get("bin").items
    assert places(first) == (1, 1, 5, 6)
    assert places(second) == (6, 1, 11, 6)


def test_types():
    text = """\
a = 1_000
b = 0xff
c = 1e3
d = -inf
e = nan
f = false
g = "true"
h = 1979-05-27 07:32:00
i = 07:32:00
j = 1979-05-27
k = 0xffffffffffffffffff
"""
    root = read_toml("a.toml", text).root
    assert [number_of(root.get(key)) for key in "abc"] == [1000, 255, 1000.0]
    assert [root.get(key).value for key in "dehij"] == [
        "-.inf",
        ".nan",
        "1979-05-27T07:32:00",
        "07:32:00",
        "1979-05-27",
    ]
    assert boolean_of(root.get("f")) is False
    assert boolean_of(root.get("g")) is None
    assert text_of(root.get("g")) == "true"
    assert places(root.get("h")) == (8, 5, 8, 24)
    assert number_of(root.get("k")) == 0xFFFFFFFFFFFFFFFFFF


def test_an_enormous_integer_stays_a_text():
    assert read_toml("a.toml", "a = 0x" + "f" * 5000).root.get("a").value == "0x" + "f" * 5000
    assert "Exceeds the limit" in sentence("a = " + "1" * 5000)


def test_strings():
    text = (
        'a = """\nx "" \\""" y\n[not.a.table]\nk = 1""""\r\n'
        "b = '''\n''quoted''''' # c\r\n"
        '"k\\u0065y \\"=" = "v # \\" ="\r\n'
        "'l = [' = ''\r\n"
        "c = 2\r\n"
    )
    document = read_toml("a.toml", text)
    value, spans, keys = plain(document)
    assert value == {
        "a": 'x "" """ y\n[not.a.table]\nk = 1"',
        "b": "''quoted''",
        'key "=': 'v # " =',
        "l = [": "",
        "c": 2,
    }
    assert places(document.root.get("a")) == (1, 5, 4, 10)
    assert str(keys['key "=',]) == "a.toml:7:1"
    assert str(spans["c",]) == "a.toml:9:5"


def test_a_table_spread_over_the_file():
    document = read_toml("a.toml", "[a.b]\nx = 1\n[c]\ny = 1\n[a]\nz = 1\n[a.d]\n")
    value, spans, _ = plain(document)
    assert value == {"a": {"b": {"x": 1}, "z": 1, "d": {}}, "c": {"y": 1}}
    assert str(spans["a", "z"]) == "a.toml:6:5"
    assert places(document.root.get("a")) == (1, 1, 7, 6)
    assert places(document.root.get("a", "d")) == (7, 1, 7, 6)


def test_empty():
    root = read_toml("a.toml", "").root
    assert isinstance(root, Mapping)
    assert not root.entries
    assert places(root) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a", "a.toml:1:2: not valid TOML: expected '=' after a key in a key/value pair"),
        ("a = 1\nb = ", "a.toml:2:5: not valid TOML: invalid value"),
        ("a = 1\na = 2\n", "a.toml:2:6: not valid TOML: cannot overwrite a value"),
        ("[a]\n[a]\n", "a.toml:2:3: not valid TOML: cannot declare ('a',) twice"),
        ("[a\n", "a.toml:1:3: not valid TOML: expected ']' at the end of a table declaration"),
        ("[[a]\n", "a.toml:1:4: not valid TOML: expected ']]' at the end of an array declaration"),
        ("a = [1 2]", "a.toml:1:8: not valid TOML: unclosed array"),
        ("a = {b = 1", "a.toml:1:11: not valid TOML: unclosed inline table"),
        ('"\\q" = 1', "a.toml:1:4: not valid TOML: unescaped '\\' in a string"),
        ("[ ]", "a.toml:1:3: not valid TOML: invalid initial character for a key part"),
        ("a = [,]", "a.toml:1:6: not valid TOML: invalid value"),
        ("[x] = 1 = 2", "a.toml:1:5: not valid TOML: expected newline or end of document after a statement"),
        ("a.b.c.d = 1", "a.toml:1:7: nested deeper than 3 levels"),
        ("[a.b]\nc.d = 1", "a.toml:2:7: nested deeper than 3 levels"),
        ("a = [[[[]]]]", "a.toml:1:8: nested deeper than 3 levels"),
    ],
)
def test_refused(text, said):
    assert sentence(text, limits=Limits(nesting=3)) == said


@pytest.mark.parametrize("text", ["a = " + "[" * 50_000, "a" + ".a" * 50_000 + " = 1", "[" + "a." * 50_000 + "a]"])
def test_deep_nesting_is_refused_before_it_costs_anything(text):
    assert "nested deeper than 100 levels" in sentence(text)


def test_nesting_beyond_what_python_can_recurse():
    limits = Limits(nesting=1_000_000)
    assert sentence("a = " + "[" * 50_000, limits=limits) == "a.toml: nested too deep to be read"


def test_too_many_values():
    assert sentence("a = [1, 2, 3]", limits=Limits(nodes=4)) == "a.toml:1:12: more than 4 keys and values"
