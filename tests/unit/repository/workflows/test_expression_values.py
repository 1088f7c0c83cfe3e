"""Truth, text, numbers, comparison and functions of expressions, as the vendor tests its own implementations."""

import json
import math

import pytest

from phase_mirror.repository.workflows.expression_tree import UNKNOWN
from phase_mirror.repository.workflows.expression_values import (
    LONGEST_TEXT,
    apply,
    compare,
    loosely_equal,
    number_of_value,
    text_of_value,
    truth_of_value,
)


@pytest.mark.parametrize("value", [None, False, 0, 0.0, -0.0, math.nan, ""])
def test_what_is_falsy(value):
    assert truth_of_value(value) is False


@pytest.mark.parametrize("value", [True, 1, -0.5, math.inf, " ", "false", "0", [], {}])
def test_what_is_truthy(value):
    assert truth_of_value(value) is True


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *[
            (None, ""),
            (True, "true"),
            (False, "false"),
            ("a", "a"),
            ([], "Array"),
            ({}, "Object"),
            (0, "0"),
            (-0.0, "0"),
        ],
        *[(1, "1"), (1.0, "1"), (3.10, "3.1"), (0.5, "0.5"), (-2.0, "-2"), (123456.789, "123456.789"), (1e3, "1000")],
        *[(0.84551240822557006, "0.84551240822557"), (0.0001, "0.0001"), (0.00001, "1E-05")],
        *[(999_999_999_999_999, "999999999999999"), (10**15, "1E+15"), (1587106672383762434, "1.58710667238376E+18")],
        *[(math.inf, "Infinity"), (-math.inf, "-Infinity"), (math.nan, "NaN"), (10**400, "Infinity")],
        (-(10**400), "-Infinity"),
    ],
)
def test_a_value_as_text(value, text):
    assert text_of_value(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *[(None, 0), ("", 0), ("  ", 0), (True, 1), (False, 0), (7, 7), (" 123456.789 ", 123456.789), ("+1.2e2", 120)],
        *[("0xff", 255), ("0o10", 8), ("0xffffffff", -1), ("Infinity", math.inf), (" -Infinity ", -math.inf)],
        *[(".5", 0.5), ("5.", 5), (10**400, math.inf), (-(10**400), -math.inf)],
    ],
)
def test_a_value_as_number(value, number):
    assert number_of_value(value) == number


@pytest.mark.parametrize(
    "value", ["abc", "NaN", "nan", "inf", "1_0", "0x", "0xg", "0x1_0", "0x1ffffffff", "\u0661", "-", [], {}, UNKNOWN]
)
def test_what_is_no_number(value):
    assert math.isnan(number_of_value(value))


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        *[
            ("a", "A", True),
            ("a", "b", False),
            ("É", "é", True),
            ("\u0131", "I", False),
            ("ß", "ss", False),
            (1, 1.0, True),
        ],
        *[(1, "1", True), (1, "1.0", True), (True, 1, True), (True, "true", False), (None, 0, True), (None, "", True)],
        *[(None, None, True), (None, False, True), (math.nan, math.nan, False), ([], [], False), ({}, None, False)],
        *[("", 0, True), (" ", False, True)],
    ],
)
def test_loose_equality(one, other, equal):
    assert loosely_equal(one, other) is equal
    assert loosely_equal(other, one) is equal


def test_a_list_equals_itself_alone():
    items = [1]
    assert loosely_equal(items, items) is True


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        *[("1 < 2", True), ("2 < 1", False), ("1 <= 1", True), ("2 > 1", True), ("1 >= 2", False), ('"a" < "B"', True)],
        *[('"10" > 9', True), ('"x" > 1', False), ('"x" <= 1', False), ("null >= 0", True), ("true > false", True)],
    ],
)
def test_comparison(text, holds):
    one, operator, other = text.split(" ")
    assert compare(operator, json.loads(one), json.loads(other)) is holds


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        *[("contains", ["Hello", "LL"], True), ("contains", [["a", 1], "1"], True), ("contains", [["a"], "x"], False)],
        *[
            ("contains", [{"a": 1}, "object"], False),
            ("contains", ["Array", ["a"]], False),
            ("contains", [123, 2], True),
        ],
        *[("startswith", ["Hello", "he"], True), ("startswith", ["a", "b"], False), ("startswith", [[], "a"], False)],
        *[("endswith", ["Hello", "LO"], True), ("endswith", ["a", {}], False), ("endswith", ["a", None], True)],
        *[
            ("format", ["{0} {1} {0}", "a", 1], "a 1 a"),
            ("format", ["{{{0}}}", "a"], "{a}"),
            ("format", ["plain"], "plain"),
        ],
        *[("format", ["{1}", "a"], UNKNOWN), ("format", ["{", "a"], UNKNOWN), ("format", ["}", "a"], UNKNOWN)],
        *[("format", ["{x}", "a"], UNKNOWN), ("format", ["{0:N}", "a"], UNKNOWN), ("format", ["{0", "a"], UNKNOWN)],
        *[("join", [["a", 1, None]], "a,1,"), ("join", [["a", "b"], " "], "a b"), ("join", ["a", " "], "a")],
        *[("join", [{"a": 1}], ""), ("join", [["a", "b"], []], "a,b"), ("join", [[]], "")],
        *[("fromjson", ['[1, "a"]'], [1, "a"]), ("fromjson", ["true"], True), ("fromjson", ["1.0"], 1.0)],
        *[("fromjson", ["{"], UNKNOWN), ("fromjson", [""], UNKNOWN), ("fromjson", [None], UNKNOWN)],
        *[
            ("tojson", ['é"'], '"é\\""'),
            ("tojson", [[1.0, None, True]], "[\n  1,\n  null,\n  true\n]"),
            ("tojson", [{}], "{}"),
        ],
        *[("case", [False, 1, True, 2, 3], 2), ("case", [False, 1, 2], 2), ("case", ["x", 1, 2], UNKNOWN)],
        *[
            ("case", [True, 1, True, 2], UNKNOWN),
            ("case", [1], UNKNOWN),
            ("hashfiles", ["a"], UNKNOWN),
            ("contains", [1], UNKNOWN),
        ],
    ],
)
def test_functions_over_known_values(name, arguments, result):
    assert apply(name, arguments) == result


def test_json_nested_as_deep_as_the_runner_reads_is_read():
    assert apply("fromjson", ["[" * 64 + "]" * 64]) is not UNKNOWN
    assert apply("fromjson", ["[" * 66 + "]" * 66]) is UNKNOWN
    assert apply("fromjson", ["[" * 100_000]) is UNKNOWN


def test_no_function_makes_a_text_without_bound():
    long = "a" * (LONGEST_TEXT // 2)
    assert apply("format", ["{0}" * 7_000, long]) is UNKNOWN
    assert apply("format", ["x" * (LONGEST_TEXT + 1)]) is UNKNOWN
    assert apply("join", [["a"] * 100, long]) is UNKNOWN
    assert apply("join", [[long] * 100]) is UNKNOWN
    assert apply("tojson", [[long] * 100]) is UNKNOWN
    assert apply("tojson", [["\n" * 40_000] * 2]) is UNKNOWN
    assert apply("format", ["{0}{0}", long]) == long * 2
