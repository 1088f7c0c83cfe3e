import json

import pytest

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.json import read_json
from phase_mirror.repository.formats.plain import plain
from phase_mirror.repository.formats.tree import Mapping, Scalar, Sequence, boolean_of, is_null, number_of, text_of
from phase_mirror.repository.limits import Limits


def sentence(text, **options):
    with pytest.raises(UnreadableError) as caught:
        read_json("a.json", text, **options)
    return caught.value.sentence()


def places(node):
    return node.line, node.column, node.end_line, node.end_column


def test_positions_of_keys_and_values():
    document = read_json("a.json", '{\n  "name": "x",\r\n  "on": [1, true,\r null]\n}\n')
    root = document.root
    assert isinstance(root, Mapping)
    assert places(root) == (1, 1, 5, 2)
    assert places(root.key("name")) == (2, 3, 2, 9)
    assert places(root.get("name")) == (2, 11, 2, 14)
    listed = root.get("on")
    assert isinstance(listed, Sequence)
    assert places(listed) == (3, 9, 4, 7)
    assert [places(item) for item in listed.items] == [(3, 10, 3, 11), (3, 13, 3, 17), (4, 2, 4, 6)]


def test_types():
    items = read_json("a.json", '["1", 1, -1.5e3, true, false, null, "null", ""]').root.items
    assert [item.style for item in items] == ['"', "", "", "", "", "", '"', '"']
    assert [number_of(item) for item in items[:3]] == [None, 1, -1500.0]
    assert [boolean_of(item) for item in items[3:5]] == [True, False]
    assert is_null(items[5])
    assert [text_of(item) for item in items[5:]] == [None, "null", ""]


def test_columns_count_characters_and_escapes_are_resolved():
    root = read_json("a.json", '["\\u00e9\\n\\ud83d\\ude00", "😀", 1]').root
    assert [item.value for item in root.items] == ["é\n😀", "😀", "1"]
    assert [item.column for item in root.items] == [2, 26, 31]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a.json:1:1: not valid JSON: the end of the file where a value was expected"),
        ("\n\n  ", "a.json:3:3: not valid JSON: the end of the file where a value was expected"),
        ("{", "a.json:1:2: not valid JSON: the end of the file where a key was expected"),
        ('{"a": 1,}', "a.json:1:9: not valid JSON: '}' where a key was expected"),
        ("[1,]", "a.json:1:4: not valid JSON: ']' where a value was expected"),
        ("[1 2]", "a.json:1:4: not valid JSON: '2' where ',' or ']' was expected"),
        ('{"a" 1}', "a.json:1:6: not valid JSON: '1' where ':' was expected"),
        ("{a: 1}", "a.json:1:2: not valid JSON: 'a' where a key was expected"),
        ("['a']", 'a.json:1:2: not valid JSON: "\'" where a value was expected'),
        ("{} // x", "a.json:1:4: not valid JSON: '/' after the value"),
        ("1\n2", "a.json:2:1: not valid JSON: '2' after the value"),
        ("01", "a.json:1:2: not valid JSON: '1' after the value"),
        ("NaN", "a.json:1:1: not valid JSON: 'N' where a value was expected"),
        ("[-Infinity]", "a.json:1:2: not valid JSON: '-' where a value was expected"),
        ("\n[.5]", "a.json:2:2: not valid JSON: '.' where a value was expected"),
        ("[True]", "a.json:1:2: not valid JSON: 'T' where a value was expected"),
        ('"a\tb"', "a.json:1:3: not valid JSON: invalid control character"),
        ('["abc', "a.json:1:2: not valid JSON: unterminated string"),
        ('"\\x"', "a.json:1:2: not valid JSON: invalid \\escape"),
        ("\ufeff{}", "a.json:1:1: not valid JSON: '\\ufeff' where a value was expected"),
        ("\u00a01", "a.json:1:1: not valid JSON: '\\xa0' where a value was expected"),
        ('{"a": 1,\n "a": 2}', "a.json:2:2: the key 'a' stands twice, first on line 1"),
        ('{"a": 1, "\\u0061": 2}', "a.json:1:10: the key 'a' stands twice, first on line 1"),
    ],
)
def test_refused(text, said):
    assert sentence(text) == said


def test_limits():
    assert read_json("a.json", "[[[]]]", limits=Limits(nesting=2)).root
    assert sentence("[[[[]]]]", limits=Limits(nesting=2)) == "a.json:1:4: nested deeper than 2 levels"
    assert sentence("[" * 100_000) == "a.json:1:102: nested deeper than 100 levels"
    assert read_json("a.json", '{"a": [1]}', limits=Limits(nodes=4)).root
    assert sentence('{"a": [1, 2]}', limits=Limits(nodes=4)) == "a.json:1:11: more than 4 keys and values"
    assert sentence('{"a": 1, "b": 2}', limits=Limits(nodes=3)) == "a.json:1:10: more than 3 keys and values"


LENIENT = """\ufeff// renovate
{
  /* one */ extends: ['config:base', "it's"], // two
  'pin.ed': +.5, "hex": 0x1F, $x_1: 5.,
  "text": "a\\
b\\x41\\v\\q\\u00e9\\ud83d\\ude00", // "not a key": 1
  naïve: {a: [ /**/ ],},
}
/* end */
"""


def test_lenient():
    value, spans, keys = plain(read_json("renovate.json5", LENIENT, lenient=True))
    assert value == {
        "extends": ["config:base", "it's"],
        "pin.ed": 0.5,
        "hex": 31,
        "$x_1": 5.0,
        "text": "abA\vqé😀",
        "naïve": {"a": []},
    }
    assert str(spans["extends", 1]) == "renovate.json5:3:38"
    assert str(keys["extends",]) == "renovate.json5:3:13"
    text = spans["text",]
    assert (text.line, text.end_line, text.end_column) == (5, 6, 29)
    assert str(spans["naïve", "a"]) == "renovate.json5:7:14"


def test_lenient_keeps_words_that_are_keys_apart():
    root = read_json("a.json5", "{true: true, null: 'null'}", lenient=True).root
    assert [(key.value, key.style) for key, _ in root.entries] == [("true", ""), ("null", "")]
    assert isinstance(root.get("null"), Scalar)
    assert text_of(root.get("null")) == "null"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a.json:1:1: not valid JSON5: the end of the file where a value was expected"),
        ("[1, /* x", "a.json:1:5: not valid JSON5: a comment that is not closed"),
        ("[,]", "a.json:1:2: not valid JSON5: ',' where a value was expected"),
        ("[1,,]", "a.json:1:4: not valid JSON5: ',' where a value was expected"),
        ("{a}", "a.json:1:3: not valid JSON5: '}' where ':' was expected"),
        ("{1: 2}", "a.json:1:2: not valid JSON5: '1' where a key was expected"),
        ("'a\nb'", "a.json:1:1: not valid JSON5: unterminated string"),
        ("[word]", "a.json:1:2: not valid JSON5: 'w' where a value was expected"),
        ("[NaN]", "a.json:1:2: not valid JSON5: 'N' where a value was expected"),
        ("{a: 1} b", "a.json:1:8: not valid JSON5: 'b' after the value"),
        ("{a: 1, 'a': 2}", "a.json:1:8: the key 'a' stands twice, first on line 1"),
    ],
)
def test_lenient_refuses(text, said):
    assert sentence(text, lenient=True) == said


def test_lone_halves_of_a_character_stay():
    for lenient in (False, True):
        root = read_json("a.json", '["\\ud800", "\\ude00\\ud83d"]', lenient=lenient).root
        assert [item.value for item in root.items] == ["\ud800", "\ude00\ud83d"]


@pytest.mark.parametrize("lenient", [False, True])
def test_a_long_file_reads_as_python_reads_it(lenient):
    data = {f"node_modules/p{number}": {"version": "1.2.3", "dev": True, "n": [1, 2.5, None]} for number in range(400)}
    assert plain(read_json("a.json", json.dumps(data, indent=1), lenient=lenient))[0] == data
