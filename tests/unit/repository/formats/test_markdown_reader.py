import time

import pytest

from phase_mirror.repository.formats.markdown import read_markdown, slug_of


def links(text):
    return [(link.target, link.text) for link in read_markdown("a.md", text).links]


def targets(text):
    return [link.target for link in read_markdown("a.md", text).links]


def anchors(text):
    return [heading.anchor for heading in read_markdown("a.md", text).headings]


def place(span):
    return span.line, span.column, span.end_line, span.end_column


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](b.md)", [("b.md", "a")]),
        ('[a](b.md "title (x)")', [("b.md", "a")]),
        ("[a]( <b c.md> 'title' )", [("b c.md", "a")]),
        ("[a](b(c)d.md)", [("b(c)d.md", "a")]),
        ("[a](b\\_c.md?x=1&amp;y=2)", [("b_c.md?x=1&y=2", "a")]),
        ("[a]()", [("", "a")]),
        ("[a](#b) ![c](d.png)", [("#b", "a"), ("d.png", "c")]),
        ("[a [b] c](d)", [("d", "a [b] c")]),
        ("[a](b\n'title')", [("b", "a")]),
        ("[a\nb](c)", [("c", "a\nb")]),
        ("*[a](b)*, _[c](d)_ | [e](f) |", [("b", "a"), ("d", "c"), ("f", "e")]),
        ("[![CI](b.svg)](ci.yml)", [("b.svg", "CI"), ("ci.yml", "![CI](b.svg)")]),
        ("[![CI](b.svg)][ci]\n\n[CI]: ci.yml", [("b.svg", "CI"), ("ci.yml", "![CI](b.svg)")]),
        ("[a [b](c) d](e)", [("c", "b")]),
        ("![a [b](c) d](e)", [("c", "b"), ("e", "a [b](c) d")]),
        ("[a](b c)", []),
        ("[a](<b)", []),
        ("[a] (b)", []),
        ("[a](b", []),
        ("\\[a](b)", []),
        ("\\\\[a](b)", [("b", "a")]),
        ("](b) [", []),
        ("[a]: b", []),
    ],
)
def test_inline_links(text, found):
    assert links(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a][b] [b][] [B ] ![c][b]\n\n[b]: <x y.md> 'title'\n", ["x y.md"] * 4),
        ("[a  \n B]\n\n[A b]: x.md\n[c]: y.md\n[c]: z.md\n\n[c]", ["x.md", "y.md"]),
        ("[a][missing] [missing]\n\n[b]: x.md", []),
        ("[a][missing] [missing]", []),
        ("text\n[b]: x.md\n[b]", []),
        ("[b]: this is a note\n\n[b]", []),
        ("[^1]: x.md\n\n[^1]", []),
        ("> [b]: x.md\n\n[b]", ["x.md"]),
        ("- item\n\n  [b]: x.md\n\n[b]", ["x.md"]),
    ],
)
def test_reference_links(text, found):
    assert targets(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<https://a.b/c?d> <mailto:a@b.c>", ["https://a.b/c?d", "mailto:a@b.c"]),
        ("see https://a.b/c_(d). (https://e.f), **http://g.h**", ["https://a.b/c_(d)", "https://e.f", "http://g.h"]),
        ("[https://a.b](https://c.d)", ["https://c.d"]),
        ("`https://a.b` xhttps://a.b https://", []),
        ("a < b > c <3", []),
        ('<a href="b.md">x</a><img alt="A" src=c.png /><a name="n"></a>', ["b.md", "c.png"]),
        ("<A HREF='b.md?x&amp;y'>x</A>", ["b.md?x&y"]),
        ('<p align="center">\n  <a\n    href="b.md">\n</p>', ["b.md"]),
        ("<img src=a.png src=b.png>", ["a.png"]),
        ("<a href=>", []),
    ],
)
def test_addresses_and_html(text, found):
    assert targets(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "`[a](b)`",
        "`` [a](b) ` [a](b) ``",
        "`a\n[a](b)`",
        "```\n[a](b)\n```",
        "~~~ x\n```\n[a](b)\n~~~",
        "```\n[a](b)",
        "- x\n  ```\n  [a](b)\n  ```",
        "> ```\n> [a](b)\n> ```",
        "    [a](b)",
        "text\n\n\t[a](b)\n\n    [a](b)",
        "- x\n\n      [a](b)",
        "<!-- [a](b) -->",
        "x <!-- [a](b)\n[a](b) --> y",
        "<!--\n\n[a](b)\n\n[a](b)",
        "<script>\n\n'[a](b)'\n\n</script>",
        "<PRE>[a](b)</pre>",
        "---\nx: '[a](b)'\n---\n",
    ],
)
def test_nothing_in_code_comments_and_front_matter(text):
    assert targets(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "`` ` [a](b)",
        "\\`[a](b)`",
        "    x\ntext\n    [a](b)",
        "- x\n    [a](b)",
        "- x\n\n    - y\n\n      [a](b)",
        "1. x\n\n   [a](b)",
        "> ```\n> x\n\n[a](b)",
        "> ```\n[a](b)",
        "- ```\n  x\n[a](b)",
        "```\n```\n[a](b)",
        "````\n```\n````\n[a](b)",
        "``` a`b\n[a](b)",
        "<!-- x -->[a](b)",
        "x <!-- [a](b)",
        "---\n[a](b)",
        "***\n---\n[a](b)",
        "- - 1) [a](b)",
        "## [a](b) ##",
        "> # [a](b)",
    ],
)
def test_text_beside_code_is_read(text):
    assert targets(text) == ["b"]


def test_spans():
    text = "intro\r\n> - x [one](t.md 'q') [two][r]\r\n\r\n  [r]: <u.md>\r\n[![i](p.png)](l.md)\n"
    first, second, image, around = read_markdown("docs/a.md", text).links
    assert str(first.span) == "docs/a.md:2:7"
    assert place(first.span) == (2, 7, 2, 22)
    assert place(first.target_span) == (2, 13, 2, 17)
    assert place(second.span) == (2, 23, 2, 31)
    assert place(second.target_span) == (4, 9, 4, 13)
    assert place(image.span) == (5, 2, 5, 13)
    assert image.is_image
    assert place(around.target_span) == (5, 15, 5, 19)
    assert not around.is_image
    (html,) = read_markdown("a.md", "x <img\n src='a.png'>").links
    assert (place(html.span), place(html.target_span), html.is_image) == ((1, 3, 2, 14), (2, 7, 2, 12), True)


def test_fences():
    text = "```yaml a\nx: 1\n\n  y\n```\n\n- item\n  ~~~~phase-mirror\n    claim: a\n  ~~~\n  ~~~~\n> ```\n> q\n"
    first, second, third = read_markdown("a.md", text).fences
    assert (first.info, first.text, first.line, place(first.span)) == ("yaml a", "x: 1\n\n  y\n", 2, (1, 1, 5, 4))
    assert (second.info, second.text, second.line) == ("phase-mirror", "  claim: a\n~~~\n", 9)
    assert place(second.span) == (8, 3, 11, 7)
    assert (third.info, third.text, place(third.span)) == ("", "q\n", (12, 3, 13, 4))


def test_an_unclosed_fence_reaches_to_the_end():
    (fence,) = read_markdown("a.md", "x\n```\na\n\nb").fences
    assert (fence.text, place(fence.span)) == ("a\n\nb\n", (2, 1, 5, 2))
    (fence,) = read_markdown("a.md", "```").fences
    assert (fence.text, fence.line, place(fence.span)) == ("", 2, (1, 1, 1, 4))


@pytest.mark.parametrize(
    ("text", "level", "shown", "anchor"),
    [
        ("# A b", 1, "A b", "a-b"),
        ("###### A #b ###", 6, "A #b", "a-b"),
        ("## C#", 2, "C#", "c"),
        ("#", 1, "", ""),
        ("### ###", 3, "", ""),
        ("A *b*\nc\n===", 1, "A b c", "a-b-c"),
        ("A\n-", 2, "A", "a"),
        ("- # A", 1, "A", "a"),
        ("# `a_b` & [c](d.md) ![e](f.png)", 1, "a_b & c", "a_b--c"),
        ("# _a_ b_c __d__ \\*e <b>f</b>", 1, "a b_c d *e f", "a-b_c-d-e-f"),
        ("# `` a`*b `` 1.0", 1, "a`*b 1.0", "ab-10"),
        ("# [x][y] Über ÉTÉ 日本 ²", 1, "x Über ÉTÉ 日本 ²", "x-über-été-日本-"),
        ("# :rocket: a \u2013 b", 1, ":rocket: a \u2013 b", "rocket-a--b"),
    ],
)
def test_headings(text, level, shown, anchor):
    (heading,) = read_markdown("a.md", text).headings
    assert (heading.level, heading.text, heading.anchor) == (level, shown, anchor)


@pytest.mark.parametrize("text", ["####### a", "#a", "\\# a", "    # a", "```\n# a\n```", "| a |\n---|---", "- a\n---"])
def test_no_headings(text):
    assert anchors(text) == []


def test_equal_headings_are_numbered_and_html_sets_anchors():
    found = read_markdown("a.md", '# A\n## a\n# A!\n<a name="Old"></a> <a id=other></a>\n<div id="d">\n<p name="no">')
    assert [heading.anchor for heading in found.headings] == ["a", "a-1", "a-2"]
    assert found.anchors == {"a", "a-1", "a-2", "Old", "other", "d"}
    assert place(found.headings[1].span) == (2, 4, 2, 5)


def test_slug():
    assert slug_of("What's New? (v1.2) & more_x") == "whats-new-v12--more_x"


@pytest.mark.parametrize(
    "text", ["", "\n", "\r", "---", "---\n", "[", "`", ">", "- ", "<!--", "#", "\\", "\ufeff", "=\n="]
)
def test_odd_ends(text):
    found = read_markdown("a.md", text)
    assert found.links == ()


HOSTILE = (
    *("[", "]", "![", "[a](", '[a](b "', "[[a](b)]", "`", "``` ", "a``b```c````d", "<a b='", "<a ", "<!--", "- ", "> "),
    *("# ", "(", "[a](b(", "\\", "[x]: ", "https://a)", "_a ", "# _a_b", "<", "[a][", "\n- ", "[a]: b\n", "~~~~~\n"),
    *("1. 1) ", "_ _", "<pre>", "    x\n\n", "# `", "[a](((("),
)


@pytest.mark.parametrize("part", HOSTILE)
def test_time_is_linear(part):
    before = time.perf_counter()
    read_markdown("a.md", "[x]: y\n\n" + part * (100_000 // len(part)) + " ")
    assert time.perf_counter() - before < 4  # quadratic ones took minutes
