import time

import pytest

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.formats.document import decode
from phase_mirror.repository.formats.plain import plain
from phase_mirror.repository.formats.tree import Scalar, is_null
from phase_mirror.repository.formats.yaml import MergeKeyError, read_yaml
from phase_mirror.repository.limits import Limits


def root_of(text, **options):
    return read_yaml("a.yml", text, **options).root


def value_of(text, **options):
    return plain(read_yaml("a.yml", text, **options))[0]


def sentence(text, **options):
    with pytest.raises(UnreadableError) as caught:
        read_yaml("a.yml", text, **options)
    return caught.value.sentence()


def places(node):
    return node.line, node.column, node.end_line, node.end_column


def test_positions():
    root = root_of("on:\n  push:\n    branches: [main, 'x']\njobs:\n- a: 1\n  b:\n\n# end\n")
    assert places(root) == (1, 1, 6, 5)
    assert places(root.key("on")) == (1, 1, 1, 3)
    assert places(root.get("on", "push")) == (3, 5, 3, 26)
    branches = root.get("on", "push", "branches")
    assert places(branches) == (3, 15, 3, 26)
    assert [places(item) for item in branches.items] == [(3, 16, 3, 20), (3, 22, 3, 25)]
    assert places(root.get("jobs")) == (5, 1, 6, 5)
    assert is_null(root.get("jobs").items[0].get("b"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: |\n  x\n   y\n\n\nb: 1\n", (1, 4, 3, 5)),
        ("a: |-\n  x", (1, 4, 2, 4)),
        ("a: |+\n  x\n\n\n", (1, 4, 2, 4)),
        ("a: >\n  x\n  y\n\n  z\n# comment\nb: 1\n", (1, 4, 5, 4)),
        ("a: |2 # c\n    x\n  y\n", (1, 4, 3, 4)),
        ("a: |\n\nb: 1\n", (1, 4, 1, 5)),
        ("a: |\n\n  x\n", (1, 4, 3, 4)),
        ("a: |\r\n  x\r\nb: 1\r\n", (1, 4, 2, 4)),
        ("a: 'x\n  y'\n", (1, 4, 2, 5)),
        ("a: x\n  y\n", (1, 4, 2, 4)),
    ],
)
def test_scalars_of_several_lines(text, place):
    assert places(root_of(text).get("a")) == place


def test_parts_of_block_scalars_are_found():
    document = read_yaml("a.yml", "run: |\n  echo ${{ a }}\n    echo ${{ b }}\nfold: >-\n  one\n  two ${{ c }}\n")
    run = document.root.get("run")
    assert str(document.span_within(run, run.value.index("${{ b"), 8)) == "a.yml:3:10"
    fold = document.root.get("fold")
    assert str(document.span_within(fold, fold.value.index("${{ c"), 8)) == "a.yml:6:7"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &x 12", (1, 7, 1, 9)),
        ("a: !!str 'b'", (1, 10, 1, 13)),
        ("a: !x &y b", (1, 10, 1, 11)),
        ("a: &x 'it''s'", (1, 4, 1, 14)),
        ("a: &x\n  b", (1, 4, 2, 4)),
        ("a: &x [1]", (1, 4, 1, 10)),
    ],
)
def test_the_place_of_a_value_with_an_anchor_or_tag_is_the_value(text, place):
    assert places(root_of(text).get("a")) == place


def test_columns_count_characters():
    assert places(root_of("a: [😀, b]").get("a").items[1]) == (1, 8, 1, 9)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    assert places(root_of(f"a: 1{end}b:{end}  - c{end}").get("b").items[0]) == (3, 5, 3, 6)


@pytest.mark.parametrize("odd", ["\x85", "\u2028", "\u2029"])
def test_line_ends_that_no_editor_shows_do_not_move_what_follows(odd):
    root = root_of(f"a: 1 # {odd}# {odd}\r\nb: 'x{odd}y' # \nc: [2,\n {odd} 3]\n")
    assert places(root.get("b")) == (2, 4, 2, 9)
    assert places(root.get("c")) == (3, 4, 4, 6)


def test_byte_order_mark_and_utf_16():
    for data in (b"\xef\xbb\xbfa: 1", "\ufeffa: 1".encode("utf-16-le"), "\ufeffa: 1".encode("utf-16-be")):
        assert places(root_of(decode("a.yml", data)).get("a")) == (1, 4, 1, 5)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a: \xff", "a.yml: not UTF-8 text: byte 3 cannot be decoded (save the file as UTF-8)"),
        (b"\0\1", "a.yml: a binary file: it holds a null character (save the file as UTF-8)"),
        (b"\xff\xfea", "a.yml: not UTF-8 text: byte 2 cannot be decoded (save the file as UTF-8)"),
    ],
)
def test_not_text(data, said):
    with pytest.raises(UnreadableError) as caught:
        decode("a.yml", data)
    assert caught.value.sentence() == said


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "---\n", "---", "--- # x\n...\n"])
def test_empty_documents(text):
    root = root_of(text)
    assert isinstance(root, Scalar)
    assert is_null(root)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "a.yml:3:1: the key 'a' stands twice, first on line 1"),
        ("{a: 1, 'a': 2}", "a.yml:1:8: the key 'a' stands twice, first on line 1"),
        ("---\na: 1\n---\nb: 2\n", "a.yml:3:1: a second YAML document in one file"),
        ("? [a]\n: b\n", "a.yml:1:3: a key that is not a text"),
        ("a: *b\n", "a.yml:1:4: the alias '*b' has no anchor before it"),
        ("a: &a [1, *a]\n", "a.yml:1:11: the alias '*a' contains itself"),
        ("a: &a\n  b: {c: *a}\n", "a.yml:2:10: the alias '*a' contains itself"),
        ("a:\n\tb: 1\n", "a.yml:2:1: not valid YAML: found character that cannot start any token"),
        ("a: b: c\n", "a.yml:1:5: not valid YAML: mapping values are not allowed in this context"),
        ("a: [1\n", "a.yml:2:1: not valid YAML: did not find expected ',' or ']'"),
        ("a: 1\n...\nb\n", "a.yml:3:1: not valid YAML: did not find expected <document start>"),
        ("a: %x", "a.yml:1:4: not valid YAML: found character that cannot start any token"),
        ("a: \ud800", "a.yml: not valid YAML: half of a surrogate pair"),
    ],
)
def test_refused(text, said):
    assert sentence(text) == said


def test_control_characters_are_refused():
    assert sentence("a: \x01").startswith("a.yml: not valid YAML: ")


def test_tabs_behind_indentation_are_blanks():
    assert value_of("a:\t1\nb: [\t2 ]\t# c\n") == {"a": 1, "b": [2]}


def test_aliases():
    root = root_of("a: &x [1, 2]\nb: *x\nc:\n  - *x\n")
    assert root.get("b") is root.get("a")
    assert places(root) == (1, 1, 4, 7)
    assert value_of("a: &x 1\nb: &x 2\nc: *x\n") == {"a": 1, "b": 2, "c": 2}
    assert value_of("&k a: *k\n") == {"a": "a"}


def test_merge_keys():
    text = "base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nboth:\n  x: 0\n  <<: [*b, *m]\none:\n  <<: *b\n"
    assert value_of(text) == {
        "base": {"x": 1, "y": 2},
        "more": {"y": 3, "z": 4},
        "both": {"x": 0, "y": 2, "z": 4},
        "one": {"x": 1, "y": 2},
    }
    assert places(root_of(text).get("one")) == (7, 3, 7, 9)
    assert value_of("'<<': 1\n", merge_keys=False) == {"<<": 1}
    assert sentence("a:\n  <<: 1\n") == "a.yml:2:3: a merge key (<<) whose value is not a mapping"


def test_merge_keys_are_refused_where_github_refuses_them():
    with pytest.raises(MergeKeyError) as caught:
        read_yaml("ci.yml", "x: &x {a: 1}\ny:\n  <<: *x\n", merge_keys=False)
    assert caught.value.sentence() == (
        "ci.yml:3:3: merge keys (<<) are not supported by GitHub, the workflow is invalid "
        "(write the keys out; anchors and aliases do work)"
    )


def test_nesting():
    assert root_of("[[[]]]", limits=Limits(nesting=2))
    assert sentence("[[[[]]]]", limits=Limits(nesting=2)) == "a.yml:1:4: nested deeper than 2 levels"
    assert sentence("[" * 5000) == "a.yml:1:102: nested deeper than 100 levels"
    assert "nested deeper than 100 levels" in sentence("\n".join(" " * depth + "a:" for depth in range(200)))


def bomb(line):
    rows = ["a0: &a0 {k: [1, 2, 3, 4, 5, 6, 7, 8, 9]}"]
    rows += [line.format(number, number - 1) for number in range(1, 30)]
    return "\n".join(rows)


@pytest.mark.parametrize(
    "line",
    [
        "a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]",
        "a{0}: &a{0} {{x: *a{1}, y: *a{1}, z: *a{1}}}",
        "a{0}: &a{0} {{<<: [*a{1}, *a{1}, *a{1}], k{0}: 1}}",
    ],
)
def test_alias_bombs(line):
    before = time.perf_counter()
    assert "more than 200000 values once aliases are visited" in sentence(bomb(line))
    assert time.perf_counter() - before < 5


def test_too_many_values():
    assert root_of("[1, 2, 3]", limits=Limits(nodes=4))
    assert sentence("[1, 2, 3, 4]", limits=Limits(nodes=4)) == (
        "a.yml:1:11: more than 4 values once aliases are visited"
    )
