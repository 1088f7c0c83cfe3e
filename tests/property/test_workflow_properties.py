"""Workflows: no tree or expression makes a reader crash or run away, and what is unknown is never taken for known."""

import itertools
import json
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from phase_mirror.repository.formats.yaml import read_yaml
from phase_mirror.repository.limits import DEFAULT_LIMITS
from phase_mirror.repository.workflows.checknames import job_check_names
from phase_mirror.repository.workflows.checks import MOST_CHECKS, MOST_JOBS, checks_of
from phase_mirror.repository.workflows.expression_tree import UNKNOWN, Binary, Call, Index, Not
from phase_mirror.repository.workflows.expressions import (
    SUCCESS,
    ExpressionError,
    calls,
    condition,
    evaluate,
    find_expressions,
    interpolate,
    parse,
    references,
)
from phase_mirror.repository.workflows.matrix import expand
from phase_mirror.repository.workflows.reach import Occasion
from workflow_harness import tree

# -- expressions -------------------------------------------------------------------------------------------------------

TOKENS = st.sampled_from(
    (
        *(
            "(",
            ")",
            "[",
            "]",
            ".",
            ",",
            "*",
            "!",
            "&&",
            "||",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
            "'",
            "''",
            "'a'",
            " ",
            "\n",
        ),
        *(
            "1",
            "-1",
            ".5",
            "0x1f",
            "0o7",
            "1e3",
            "+Infinity",
            "NaN",
            "true",
            "null",
            "github",
            "event_name",
            "inputs",
            "x",
        ),
        *(
            "contains",
            "format",
            "fromJSON",
            "toJSON",
            "join",
            "always",
            "failure",
            "case",
            "hashFiles",
            "'{0}'",
            "'[1]'",
        ),
        *("${{", "}}", "{", "é", "-", "_", "\x00", "#"),
    )
)
SOUP = st.one_of(
    st.text(max_size=30), st.lists(TOKENS, max_size=20).map("".join), st.lists(TOKENS, max_size=9).map(" ".join)
)
ENV = {"github": {"event_name": "push"}, "inputs": {"x": [1, {"a": "b"}], "u": UNKNOWN}}

PLAIN = st.sampled_from((None, True, False, 0, 1, -1, 2.5, "", "a", "A", "b", "0", "1", "true", " "))
LITERALS = st.sampled_from(("null", "true", "false", "0", "1", "-1", "2.5", "''", "'a'", "'A'", "'b'", "'1'", "NaN"))
CONTEXTS = st.sampled_from(("vars.a", "vars.b", "vars['C']"))


def _grown(inner):
    pair = st.tuples(inner, inner)
    return st.one_of(
        inner.map(lambda one: f"!{one}"),
        st.tuples(pair, st.sampled_from(("&&", "||", "==", "!=", "<", ">="))).map(
            lambda t: f"({t[0][0]} {t[1]} {t[0][1]})"
        ),
        st.tuples(pair, st.sampled_from(("contains", "startsWith", "endsWith", "join"))).map(
            lambda t: f"{t[1]}({t[0][0]}, {t[0][1]})"
        ),
        inner.map(lambda one: f"format('<{{0}}>', {one})"),
        st.tuples(inner, inner, inner).map(lambda t: f"case({t[0]}, {t[1]}, {t[2]})"),
        inner.map(lambda one: f"fromJSON(toJSON({one}))"),
    )


EXPRESSIONS = st.recursive(st.one_of(LITERALS, CONTEXTS), _grown, max_leaves=8)
FILLINGS = st.fixed_dictionaries({"a": PLAIN, "b": PLAIN, "c": PLAIN})


def same(one, other):
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


def height_of(node):
    """Return how often an evaluator calls itself for a tree, without calling itself so often."""
    deepest, stack = 0, [(node, 1)]
    while stack:
        each, level = stack.pop()
        deepest = max(deepest, level)
        inside = {Not: ("operand",), Binary: ("left", "right"), Index: ("inside", "key")}.get(type(each), ())
        children = list(each.arguments) if isinstance(each, Call) else [getattr(each, name) for name in inside]
        stack.extend((child, level + 1) for child in children if child is not None)
    return deepest


@settings(max_examples=400, deadline=None)
@given(text=SOUP)
def test_any_text_parses_and_evaluates_the_same_way_each_time_or_is_refused(text):
    for start, end, inside in find_expressions(text):
        assert text[start:end] == f"${{{{{inside}}}}}"
    for read in (interpolate, condition):
        try:
            assert read(text, ENV) == read(text, ENV)
        except ExpressionError:
            continue
    try:
        node = parse(text)
    except ExpressionError:
        return
    assert height_of(node) <= 2 * DEFAULT_LIMITS.expression_depth
    first, second = evaluate(node, ENV), evaluate(node, ENV)
    assert first is second or same(first, second)
    assert all(path for path in references(node))
    assert all(name == name.lower() for name in calls(node))


@settings(max_examples=60, deadline=None)
@given(
    opening=st.sampled_from(("(", "!", "f(", "a[", "(1 == ", "(a && ", "(a || 1) && (", "a.b[", "contains(a, ")),
    times=st.integers(min_value=1, max_value=4_000),
    end=st.sampled_from(("1", "a", "", ".b" * 500, " == 1" * 500, " && a" * 500)),
)
def test_no_nesting_overflows_the_stack(opening, times, end):
    closing = "]" if opening.endswith("[") else ")" * opening.count("(")
    text = opening * times + end + closing * times
    try:
        node = parse(text)
    except ExpressionError:
        return
    evaluate(node, ENV)
    references(node)


@settings(max_examples=400, deadline=None)
@given(text=EXPRESSIONS, filling=FILLINGS)
def test_what_is_known_without_a_value_holds_with_every_value(text, filling):
    node = parse(text)
    before, after = evaluate(node, {"vars": dict.fromkeys(filling, UNKNOWN)}), evaluate(node, {"vars": filling})
    assert before is UNKNOWN or after is UNKNOWN or same(before, after)
    assert same(evaluate(node, {}), before)
    decided = condition(text, {})
    assert decided is None or decided is condition(text, {"vars": filling})
    for known in (True, False, None):
        held = condition(text, {"vars": filling, SUCCESS: known})
        assert held is (None if known is None and condition(text, {"vars": filling}) else held)


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(
        st.one_of(st.sampled_from(("a", "b ", "-")), EXPRESSIONS.map(lambda e: f"${{{{ {e} }}}}")), max_size=4
    ),
    filling=FILLINGS,
)
def test_a_name_with_holes_matches_every_name_it_can_become(parts, filling):
    text = "".join(parts)
    after = interpolate(text, {"vars": filling}).literal
    assert after is None or interpolate(text, {}).matches(after)


# -- matrices ----------------------------------------------------------------------------------------------------------

KEYS = st.sampled_from(("os", "v", "extra", "OS"))
WRITTEN = st.sampled_from(("", "a", "A", "1", 1, 1.5, True, None, "b b", ["x", 2], {"n": "x", "p": None}))
HELD = st.sampled_from(("${{ vars.a }}", "x${{ vars.b }}", "${{ vars['c'] }}"))


def unique(entry):
    """Leave out keys that differ in case alone: GitHub refuses those."""
    return len({key.lower() for key in entry}) == len(entry)


def matrices(values):
    entries = st.dictionaries(KEYS, values, min_size=1, max_size=3).filter(unique)
    axes = st.dictionaries(KEYS, st.lists(values, min_size=1, max_size=3), max_size=2).filter(unique)
    return st.builds(
        lambda axes, include, exclude: {
            **axes,
            **({"include": include} if include else {}),
            **({"exclude": exclude} if exclude else {}),
        },
        axes,
        st.lists(entries, max_size=3),
        st.lists(entries, max_size=2),
    )


def node_of(data):
    return read_yaml("a.yml", json.dumps(data)).root


def names_of(data, env, name):
    return job_check_names("job", name, expand(node_of(data), env, DEFAULT_LIMITS), env, skipped=False)


def naive(data):
    """Return every name that some reading of a matrix could give, one for each product and each entry."""
    axes = {key: values for key, values in data.items() if key not in {"include", "exclude"}}
    rows = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())] if axes else []
    rows += [dict(pairs) for entry in data.get("include", []) for pairs in itertools.permutations(entry.items())]
    found = set()
    for row in rows:
        texts = [shown(leaf) for leaf in leaves(row) if shown(leaf)]
        found.add(f"job ({', '.join(texts)})" if texts else "job")
    return found


def leaves(value):
    if isinstance(value, (dict, list)):
        return [leaf for each in (value.values() if isinstance(value, dict) else value) for leaf in leaves(each)]
    return [value]


def shown(leaf):
    return "" if leaf is None else str(leaf).lower() if isinstance(leaf, bool) else str(leaf)


@settings(max_examples=300, deadline=None)
@given(data=matrices(WRITTEN))
def test_literal_names_are_among_what_a_naive_expansion_gives(data):
    found = names_of(data, {}, None)
    literal = {template.literal for template in found}
    assert literal <= naive(data) or list(map(str, found)) == ["job (…)"]


@settings(max_examples=300, deadline=None)
@given(
    data=matrices(st.one_of(WRITTEN, HELD)),
    filling=FILLINGS,
    name=st.sampled_from((None, "v${{ matrix.extra }} ${{ matrix.OS }}")),
)
def test_names_with_unknown_values_match_every_name_the_matrix_can_give(data, filling, name):
    before = names_of(data, {}, name)
    matrix = expand(node_of(data), {"vars": filling}, DEFAULT_LIMITS)
    if matrix is None or matrix.combinations is None:
        return  # GitHub refuses a matrix without combinations
    after = names_of(data, {"vars": filling}, name)
    for template in after:
        if template.literal != "job":  # brackets are expected: a matrix of nothing but empty values is not looked for
            assert any(known.matches(template.literal) for known in before)
    for known, certain in before.items():
        assert not certain or known.literal is None or known in after


# -- whole workflows ---------------------------------------------------------------------------------------------------

WORDS = st.one_of(
    st.sampled_from(
        (
            *(
                "main",
                "**",
                "!x",
                "[",
                "opened",
                "a",
                "b",
                "always()",
                "false",
                "github.actor == 'x'",
                "${{ (",
                "${{ 1 }}",
            ),
            *(
                "${{ matrix.a }}",
                "${{ inputs.a }}",
                "${{ fromJSON('[1, 2]') }}",
                "./.github/workflows/a.yml",
                "o/r/x@v1",
            ),
        )
    ),
    st.text(max_size=5),
    st.none(),
    st.booleans(),
    st.integers(),
)
ANY = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("a", "b", "A", "include", "exclude", "types", "branches", "paths", "inputs", "matrix")),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


def some(**fields):
    return st.fixed_dictionaries({}, optional=fields)


JOBS = st.one_of(
    some(
        **{
            "name": WORDS,
            "if": WORDS,
            "needs": st.one_of(WORDS, st.lists(st.sampled_from(("a", "b", "c")), max_size=2)),
            "uses": st.sampled_from(
                ("./.github/workflows/a.yml", "./.github/workflows/b.yml", "o/r/.github/workflows/x.yml@v1", "${{ x }}")
            ),
            "with": some(a=WORDS, b=WORDS),
            "strategy": st.one_of(WORDS, some(matrix=st.one_of(ANY, matrices(st.one_of(WRITTEN, HELD))))),
            "steps": ANY,
        }
    ),
    ANY,
)
EVENTS = st.sampled_from(
    ("pull_request", "pull_request_target", "push", "merge_group", "workflow_call", "workflow_dispatch", "x")
)
WORKFLOWS = st.fixed_dictionaries(
    {
        "on": st.one_of(EVENTS, st.lists(EVENTS, max_size=3), st.dictionaries(EVENTS, ANY, max_size=3)),
        "jobs": st.one_of(st.dictionaries(st.sampled_from(("a", "b", "c")), JOBS, min_size=1, max_size=3), ANY),
    },
    optional={"name": WORDS, "env": ANY},
)


@settings(max_examples=250, deadline=None)
@given(
    files=st.dictionaries(st.sampled_from(("a.yml", "b.yml", "c.yaml")), st.one_of(WORKFLOWS, ANY), min_size=1),
    branch=st.sampled_from((None, "main", "dev")),
)
def test_any_workflows_report_the_same_bounded_checks_each_time_or_are_unreadable(files, branch):
    texts = {path: json.dumps(data) for path, data in files.items()}
    snapshot, twin = tree(texts), tree(texts)
    assert snapshot.workflows.keys() | snapshot.unreadable.keys() == {f".github/workflows/{path}" for path in files}
    for occasion in Occasion:
        found = checks_of(snapshot, occasion, branch)
        assert found is checks_of(snapshot, occasion, branch)
        assert [(check.name, check.skipped) for check in found] == [
            (check.name, check.skipped) for check in checks_of(twin, occasion, branch)
        ]
        assert len(found) <= MOST_CHECKS + 1
        for check in found:
            assert len(check.chain) <= DEFAULT_LIMITS.call_depth + 1
            assert check.span.path == check.leaf.workflow.path
            assert str(check.start.reach)
            literal = check.name.literal
            assert literal is None or check.name.matches(literal)


@settings(max_examples=20, deadline=None)
@given(
    graph=st.dictionaries(st.integers(0, 11), st.lists(st.integers(0, 11), max_size=12), min_size=3),
    width=st.integers(1, 40),
)
def test_calls_of_any_shape_end(graph, width):
    files = {"start.yml": "on: pull_request\njobs: {a: {uses: ./.github/workflows/w0.yml}}"}
    for number, callees in graph.items():
        jobs = {
            f"j{place}": {
                "uses": f"./.github/workflows/w{callee}.yml",
                "strategy": {"matrix": {"v": list(range(width))}},
            }
            for place, callee in enumerate(callees)
        }
        files[f"w{number}.yml"] = json.dumps({"on": "workflow_call", "jobs": jobs or {"leaf": {}}})
    found = checks_of(tree(files), Occasion.PULL_REQUEST, "main")
    assert 0 < len(found) <= min(MOST_CHECKS, MOST_JOBS) + 1
