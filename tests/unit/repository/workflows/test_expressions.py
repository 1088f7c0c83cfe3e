"""Parsing, evaluating and filling in expressions; what a run alone can know stays unknown."""

import pytest

from phase_mirror.repository.workflows.expression_tree import Binary, Call, Context, Index, Literal, Not
from phase_mirror.repository.workflows.expressions import (
    SUCCESS,
    UNKNOWN,
    ExpressionError,
    Template,
    calls,
    condition,
    evaluate,
    find_expressions,
    interpolate,
    parse,
    references,
)

HOLE = UNKNOWN
KNOWN = {"github": {"event_name": "push"}, "inputs": {"Name": "x", "list": ["a", "b"], "deep": {"er": 1}, "u": UNKNOWN}}


def value(text, env=None):
    return evaluate(parse(text), KNOWN if env is None else env)


# -- syntax ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("1", 1), (".5", 0.5), ("-1", -1), ("+1", 1), ("1e2", 100), ("0xfF", 255), ("0o17", 15), ("0xffffffff", -1)],
        *[("true", True), ("false", False), ("null", None), ("'it''s'", "it's"), ("''", "")],
        *[("Infinity", float("inf")), ("-Infinity", float("-inf")), (" ( 1 ) ", 1), ("\n1\t", 1)],
    ],
)
def test_literals(text, expected):
    assert value(text) == expected
    assert type(value(text)) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            " ",
            "1 <",
            "> 1",
            "1 2",
            "(1",
            "1)",
            "'open",
            '"double"',
            "a.",
            "a[",
            "a[1",
            "f(",
            "f(1,",
            "a..b",
            "a b",
        ],
        *["1 = 2", "1 & 2", "1 @ 2", "-0xFF", "0xFZ", "0x01p2", "-Inf", "1_0", "github/workflow", "'a'.b", "1[0]", "!"],
        *["a.1", "a.'b'", "==", "*", "a.()", "0o8", "é"],
    ],
)
def test_what_the_vendor_refuses_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_an_error_says_where():
    with pytest.raises(ExpressionError, match="'2' is not expected at character 4"):
        parse("1 2")
    with pytest.raises(ExpressionError, match=r"'\)' is missing"):
        parse("(1")


@pytest.mark.parametrize("word", ["True", "NULL", "nan", "infinity"])
def test_words_are_case_sensitive_so_another_spelling_is_a_context(word):
    assert parse(word) == Context(word)


def test_words_are_keys_behind_a_dot():
    assert parse("a.true") == Index(Context("a"), Literal("true"))


def test_operators_bind_as_documented():
    assert parse("!a == b && c || d") == Binary(
        "||",
        Binary("&&", Binary("==", Not(Context("a")), Context("b")), Context("c")),
        Context("d"),
    )
    assert parse("1 < 2 == true") == Binary("==", Binary("<", Literal(1), Literal(2)), Literal(True))
    assert parse("f(a.*.b, c['d'])") == Call(
        "f",
        (Index(Index(Context("a"), None), Literal("b")), Index(Context("c"), Literal("d"))),
    )


def test_a_long_chain_of_comparisons_is_read():
    text = " || ".join(f"github.event_name == 'event{number}'" for number in range(500))
    assert value(text) is False


def test_a_condition_repeated_side_by_side_is_not_nesting():
    assert value(" && ".join(["(1 == 1) != !(2 < 1) == false"] * 100)) is True


@pytest.mark.parametrize(
    "text",
    [
        "(" * 60 + "1" + ")" * 60,
        "!" * 60 + "1",
        "f(" * 60 + ")" * 60,
        "a[" * 60 + "1" + "]" * 60,
        "a" + ".b" * 9_000,
        "a" + "[1]" * 5_000,
        "1" + " == 1" * 3_000,
        "(" * 45 + "1" + (" == 1" * 100 + ")") * 45,
        "1" * 21_001,
    ],
)
def test_what_is_nested_too_deep_or_too_long_is_refused_and_no_crash(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_the_depth_the_vendor_allows_is_read():
    assert value("!" * 49 + "false") is True
    assert value("inputs" + "._a" * 49) is None


def test_no_nesting_makes_evaluation_slow():
    text = "github.actor"
    for _ in range(40):
        text = f"({text} == 1 && vars.b)"
    assert value(text) is UNKNOWN


# -- values ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[
            ("github.event_name", "push"),
            ("GitHub['Event_Name']", "push"),
            ("inputs.name", "x"),
            ("inputs.nothing", None),
        ],
        *[("inputs.list[1]", "b"), ("inputs.list['1']", "b"), ("inputs.list[true]", "b"), ("inputs.list[9]", None)],
        *[("inputs.list[-1]", None), ("inputs.list['x']", None), ("inputs.deep.er", 1), ("inputs.deep.er.x", None)],
        *[("inputs.name.x", None), ("inputs[inputs.list]", None), ("inputs.list[1.9]", "b")],
        *[("inputs.list.*", UNKNOWN), ("github.actor", UNKNOWN), ("needs.a.outputs.b", UNKNOWN), ("matrix.x", UNKNOWN)],
        *[("inputs.u", UNKNOWN), ("inputs[github.actor]", UNKNOWN), ("github.event.pull_request.draft", UNKNOWN)],
    ],
)
def test_a_context_gives_what_is_known_of_it(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[
            ("'a' && 'b'", "b"),
            ("'' && 'b'", ""),
            ("'a' || 'b'", "a"),
            ("null || 0", 0),
            ("!''", True),
            ("!'a'", False),
        ],
        *[("1 == 1.0", True), ("'A' == 'a'", True), ("'1' != 1", False), ("2 > 1", True), ("1 >= 2", False)],
        *[("1 <= 1", True), ("null == ''", True), ("NaN == NaN", False), ("github.event_name == 'PUSH'", True)],
    ],
)
def test_operators_over_known_values(text, expected):
    assert value(text) == expected
    assert type(value(text)) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("github.actor && false", UNKNOWN), ("github.actor == 'x' && false", False), ("vars.x && ''", UNKNOWN)],
        *[("github.actor == 'x' || true", True), ("github.actor || true", UNKNOWN), ("github.actor || 'x'", UNKNOWN)],
        *[("!github.actor && false", False), ("!github.actor || true", True), ("!github.actor || 'x'", UNKNOWN)],
        *[("!(github.actor && false)", True), ("!(github.actor || true)", False), ("!(vars.x && '')", True)],
        *[("false && github.actor", False), ("true || github.actor", True), ("true && github.actor", UNKNOWN)],
        *[("(github.actor || 1) && 'x'", "x"), ("(github.actor && 0) || 'x'", "x"), ("(vars.x && 0) && 1", UNKNOWN)],
        *[
            ("(vars.x || 1) || 2", UNKNOWN),
            ("(vars.x == 1) && (vars.y == 2)", UNKNOWN),
            ("(vars.x == 1) && true", UNKNOWN),
        ],
        *[("(vars.x == 1) || false", UNKNOWN), ("(vars.x && 'a') && false", UNKNOWN), ("vars.x == 1", UNKNOWN)],
        *[
            ("(vars.x == 1) && ''", UNKNOWN),
            ("contains(vars.x, 'a') && false", False),
            ("join(vars.x) && false", UNKNOWN),
        ],
        *[("!((vars.x == 1) && '')", True), ("!((vars.x == 1) || 'a')", False), ("vars.x < 1 || true", True)],
    ],
)
def test_an_operator_decides_about_the_unknown_only_where_every_value_gives_the_same(text, expected):
    assert value(text) == expected
    assert type(value(text)) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[
            ("contains(inputs.list, 'A')", True),
            ("join(inputs.list, '-')", "a-b"),
            ("format('{0}!', inputs.name)", "x!"),
        ],
        *[("fromJSON('[1]')[0]", 1), ("toJSON(inputs.deep)", '{\n  "er": 1\n}'), ("nonsense(1)", UNKNOWN)],
        *[
            ("contains(1)", UNKNOWN),
            ("hashFiles('x')", UNKNOWN),
            ("format(github.actor)", UNKNOWN),
            ("toJSON(github)", UNKNOWN),
        ],
        *[("toJSON(inputs)", UNKNOWN), ("join(inputs)", UNKNOWN), ("CONTAINS('ab', 'B')", True)],
        *[("always()", True), ("success()", True), ("failure()", UNKNOWN), ("cancelled()", UNKNOWN)],
        *[
            ("case(true, 1, 2)", 1),
            ("case(false, 1, 2)", 2),
            ("case(1, 1, 2)", UNKNOWN),
            ("case(true, 1, false, 2)", UNKNOWN),
        ],
    ],
)
def test_functions(text, expected):
    assert value(text) == expected


# -- conditions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("true", True), ("false", False), ("${{ false }}", False), ("  github.event_name == 'push' ", True)],
        *[("github.event_name == 'pull_request'", False), ("github.actor == 'x'", None), ("needs.a.outputs.b", None)],
        *[("always()", True), ("failure()", None), ("!failure()", None), ("!cancelled() && true", None)],
        *[("always() || github.actor", True), ("github.actor && false", False), ("''", False), ("0", False)],
        *[("${{ false }} && true", True), ("${{ false }}\n", True), ("not ${{ github.actor }}", True)],
        *[("${{ github.actor }}${{ github.ref }}", None), ("${{ '' }}${{ '' }}", False)],
    ],
)
def test_an_if_goes(text, expected):
    assert condition(text, KNOWN) is expected


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        *[("true", False, False), ("true", None, None), ("false", None, False), ("github.actor", False, False)],
        *[("always()", False, True), ("${{ always() }}", None, True), ("!cancelled()", False, None)],
        *[("success()", False, False), ("success()", None, None), ("success() || true", False, True)],
        *[("${{ always() }}\n", False, True), ("${{ true }}\n", False, False), ("f(always())", False, None)],
    ],
)
def test_an_if_without_a_status_function_asks_for_the_jobs_before(text, before, expected):
    assert condition(text, {**KNOWN, SUCCESS: before}) is expected


@pytest.mark.parametrize("text", ["${{ ( }}", "(", "", "${{ true", "a ${{ true }} ${{ x"])
def test_an_if_that_cannot_be_parsed_is_an_error(text):
    with pytest.raises(ExpressionError):
        condition(text, KNOWN)


# -- texts -------------------------------------------------------------------------------------------------------------


def test_expressions_are_found_in_a_text():
    text = "a ${{ b }} c ${{ '}}' }} ${{ 'it''s }}' }}"
    assert [inside for _, _, inside in find_expressions(text)] == [" b ", " '}}' ", " 'it''s }}' "]
    assert next(text[start:end] for start, end, _ in find_expressions(text)) == "${{ b }}"


@pytest.mark.parametrize("text", ["", "{{ a }}", "${ a }", "${{ a", "${{ 'a }}", "${{ a }"])
def test_what_is_never_closed_is_no_expression(text):
    assert find_expressions(text) == []


def test_many_quotes_are_searched_in_linear_time():
    assert find_expressions("${{ " + "''" * 500_000) == []
    assert len(find_expressions("${{ " + "''" * 500_000 + "}}")) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        *[("a", ("a",)), ("", ()), ("${{ 1 }}", ("1",)), ("${{ null }}", ()), ("a ${{ true }}", ("a true",))],
        *[("${{ github.actor }}", (HOLE,)), ("a${{ vars.b }}${{ vars.c }}d", ("a", HOLE, "d"))],
        *[("${{ inputs.list }} ${{ inputs.deep }}", ("Array Object",)), ("${{ 1.50 }}", ("1.5",))],
    ],
)
def test_a_text_is_filled_in(text, parts):
    assert interpolate(text, KNOWN).parts == parts


def test_a_text_that_would_grow_too_long_gets_holes():
    env = {"inputs": {"x": "a" * 90_000}}
    assert interpolate("${{ inputs.x }}-${{ inputs.x }}", env).parts == ("a" * 90_000 + "-", HOLE)


def test_an_expression_that_is_never_closed_cannot_be_filled_in():
    with pytest.raises(ExpressionError, match="never closed at character 3"):
        interpolate("a ${{ b", KNOWN)


def test_a_template_shows_its_holes_and_knows_when_it_is_literal():
    template = Template.of(["a", "", UNKNOWN, UNKNOWN, "b", "c"])
    assert template.parts == ("a", UNKNOWN, "bc")
    assert str(template) == "a…bc"
    assert template.literal is None
    assert Template.of([]).literal == ""
    assert Template.of(["a", "b"]).literal == "ab"
    assert repr(UNKNOWN) == "UNKNOWN"


@pytest.mark.parametrize(
    ("parts", "matching", "others"),
    [
        (["a"], ["a"], ["", "b", "aa", "A"]),
        ([], [""], ["a"]),
        ([HOLE], ["", "a", "ab"], []),
        (["a", HOLE], ["a", "ab"], ["", "ba"]),
        ([HOLE, "a"], ["a", "ba"], ["", "ab"]),
        (["a", HOLE, "a"], ["aa", "aba"], ["a", "ab"]),
        (["a", HOLE, "b", HOLE, "c"], ["abc", "axbxc", "abbc"], ["ac", "acb", "abcx"]),
        (["ab", HOLE, "ba"], ["abba"], ["aba"]),
    ],
)
def test_a_template_matches_what_some_filling_gives(parts, matching, others):
    template = Template.of(parts)
    assert all(template.matches(name) for name in matching)
    assert not any(template.matches(name) for name in others)


# -- reading the tree --------------------------------------------------------------------------------------------------


def test_references_are_the_paths_an_expression_reads():
    node = parse("GitHub.Event.issue['title'] && a.*.b || f(c[d.e]) == !g[0] || fromJSON(h).i")
    assert references(node) == [
        ("github", "event", "issue", "title"),
        ("a", "*", "b"),
        ("c", "?"),
        ("d", "e"),
        ("g", "0"),
        ("h",),
    ]


def test_calls_are_the_functions_an_expression_calls():
    assert calls(parse("f(G(1)) && a[h()].b || !i()")) == ["f", "g", "h", "i"]
