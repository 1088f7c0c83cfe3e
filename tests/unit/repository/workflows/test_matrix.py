"""The combinations of a matrix: product, include, exclude, unknown values, bombs."""

import pytest

from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits
from phase_mirror.repository.workflows.expressions import UNKNOWN
from phase_mirror.repository.workflows.matrix import DYNAMIC, PERHAPS, expand, matrix_of
from workflow_harness import matrix, workflow_of

NOTHING = {}


def contexts(text, **env):
    return [combination.context for combination in matrix(text, **env)]


def named(text, **env):
    return [list(combination.named.values()) for combination in matrix(text, **env)]


def job_of(strategy):
    return workflow_of(f"on: push\njobs:\n  a:\n    strategy: {strategy}\n    runs-on: x\n").jobs["a"]


def test_the_last_axis_changes_fastest():
    assert named("{v: [10, 12], os: [a, b]}") == [[10, "a"], [10, "b"], [12, "a"], [12, "b"]]


def test_the_example_of_the_documentation_for_include():
    text = """
    fruit: [apple, pear]
    animal: [cat, dog]
    include:
      - color: green
      - color: pink
        animal: cat
      - fruit: apple
        shape: circle
      - fruit: banana
      - fruit: banana
        animal: cat
    """
    assert contexts(text) == [
        {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
        {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
        {"fruit": "pear", "animal": "cat", "color": "pink"},
        {"fruit": "pear", "animal": "dog", "color": "green"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    ]


def test_what_include_adds_to_a_combination_is_in_the_context_and_not_in_the_name():
    (found,) = matrix("{os: [a], include: [{os: a, tox: py}]}")
    assert found.context == {"os": "a", "tox": "py"}
    assert found.named == {"os": "a"}


def test_an_include_that_becomes_a_combination_counts_whole_with_the_axes_first():
    text = "{os: [a], v: [1], include: [{extra: x, v: 2, os: b}]}"
    assert named(text)[-1] == [2, "b", "x"]


def test_include_alone_makes_one_combination_for_each_entry():
    assert contexts("include: [{os: a, v: 1}, {os: a}]") == [{"os": "a", "v": 1}, {"os": "a"}]


def test_include_matches_the_axes_and_not_what_an_earlier_include_added():
    text = "{os: [a], include: [{color: red}, {color: blue, os: a}, {color: green, os: b}]}"
    assert contexts(text) == [{"os": "a", "color": "blue"}, {"os": "b", "color": "green"}]


def test_include_joins_no_combination_that_another_include_made():
    assert contexts("{os: [a], include: [{os: b}, {os: b, x: 1}]}") == [{"os": "a"}, {"os": "b"}, {"os": "b", "x": 1}]


def test_exclude_takes_out_what_matches_in_all_its_keys():
    text = "{os: [a, b], v: [1, 2], exclude: [{os: a, v: 1}, {os: b}]}"
    assert named(text) == [["a", 2]]


def test_include_is_processed_after_exclude():
    assert contexts("{os: [a, b], exclude: [{os: b}], include: [{os: b, x: 1}]}") == [{"os": "a"}, {"os": "b", "x": 1}]


def test_values_compare_as_in_expressions_and_keys_without_case():
    assert named("{os: [Linux], v: [3.10], exclude: [{OS: linux, v: '3.1'}], include: [{x: 1}]}") == [[1]]


def test_objects_match_by_the_fields_that_are_named():
    text = "{c: [{n: a, path: p}, {n: b, path: q}], exclude: [{c: {n: a}}]}"
    assert contexts(text) == [{"c": {"n": "b", "path": "q"}}]


def test_lists_match_by_their_first_items():
    assert contexts("{c: [[1, 2], [3]], exclude: [{c: [1]}]}") == [{"c": [3]}]


def test_a_filter_on_a_field_that_a_plain_value_has_not_matches_null():
    assert contexts("{c: [x, {n: 1}], exclude: [{c: {n: null}}]}") == [{"c": {"n": 1}}]


def test_an_index_into_a_list_may_be_written_as_a_key():
    assert contexts("{c: [[x], [y]], exclude: [{c: {'0': x}}]}") == [{"c": ["y"]}]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[("3.10", 3.1), ("1.0", 1.0), ("0x1F", 31), ("0o17", 15), ("'3.10'", "3.10"), ("1e3", 1000.0), ("-7", -7)],
        *[("true", True), ("'true'", "true"), ("null", None), ("~", None), ("on", "on"), ("0xG", "0xG"), ("a", "a")],
    ],
)
def test_a_plain_value_has_the_type_of_yaml(written, value):
    (found,) = contexts(f"a: [{written}]")
    assert found["a"] == value
    assert type(found["a"]) is type(value)


def test_an_expression_makes_a_value_of_its_type():
    assert contexts("a: ['${{ 1 }}', '${{ true }}', 'v${{ 1 }}']") == [{"a": 1}, {"a": True}, {"a": "v1"}]


def test_a_literal_json_text_makes_a_whole_matrix_or_axis():
    assert contexts("""a: ${{ fromJSON('["x", "y"]') }}""") == [{"a": "x"}, {"a": "y"}]
    assert contexts("""${{ fromJSON('{"a":[1]}') }}""") == [{"a": 1}]


def test_an_unknown_value_stays_unknown_in_its_combination():
    assert contexts("a: ['${{ needs.x.outputs.y }}', b, 'v${{ vars.x }}', '${{ ( }}']") == [
        {"a": UNKNOWN},
        {"a": "b"},
        {"a": UNKNOWN},
        {"a": UNKNOWN},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "${{ fromJSON(needs.a.outputs.m) }}",
        "a: ${{ fromJSON(needs.a.outputs.m) }}",
        "{a: [1], include: '${{ fromJSON(needs.a.outputs.m) }}'}",
        "{a: [1], include: ['${{ fromJSON(needs.a.outputs.m) }}']}",
        "{'${{ insert }}': [1], a: [1]}",
        "{a: []}",
        "{a: [], b: [1]}",
        "{a: 1}",
        "{}",
        "[1, 2]",
        "{a: [1], exclude: [{a: 1}]}",
    ],
)
def test_what_only_a_run_can_know_or_github_refuses_is_dynamic(text):
    assert matrix(text) is None


def test_an_exclude_that_cannot_be_judged_leaves_uncertain_combinations():
    found = matrix("{os: [a, b], v: [1], exclude: [{os: '${{ vars.os }}', v: 1}, {os: b, v: 2}]}")
    assert [combination.certain for combination in found] == [False, False]


def test_an_unknown_field_of_an_object_leaves_it_uncertain():
    text = "{c: [{n: a, p: 1}, {n: b, p: 2}], exclude: [{c: {n: '${{ vars.n }}', p: 1}}]}"
    assert [combination.certain for combination in matrix(text)] == [False, True]


def test_an_include_that_cannot_be_judged_may_add_to_a_combination_or_be_one():
    found = matrix("{os: [a], include: [{os: '${{ vars.os }}', x: 1}]}")
    assert [combination.context for combination in found] == [{"os": "a", "x": UNKNOWN}, {"os": UNKNOWN, "x": 1}]
    assert [combination.certain for combination in found] == [True, False]


def test_no_matrix_is_no_matrix():
    assert expand(None, NOTHING, DEFAULT_LIMITS) is None
    assert matrix_of(job_of("{fail-fast: false}"), NOTHING, DEFAULT_LIMITS) is None
    assert matrix_of(job_of("{matrix: }"), NOTHING, DEFAULT_LIMITS) is None


def test_a_strategy_that_is_an_expression_may_hold_a_matrix():
    assert matrix_of(job_of("${{ fromJSON(needs.a.outputs.s) }}"), NOTHING, DEFAULT_LIMITS) is PERHAPS
    assert matrix_of(job_of("""${{ fromJSON('{"fail-fast":false}') }}"""), NOTHING, DEFAULT_LIMITS) is None
    (found,) = matrix_of(
        job_of("""'${{ fromJSON(''{"matrix": {"a": [1]}}'') }}'"""), NOTHING, DEFAULT_LIMITS
    ).combinations
    assert found.context == {"a": 1}


def test_more_combinations_than_github_takes_are_dynamic():
    values = ", ".join(map(str, range(17)))
    assert matrix(f"{{a: [{values}], b: [{values}]}}") is None
    assert (
        len(matrix(f"{{a: [{values}], b: [{values}], exclude: [{', '.join(f'{{a: {n}}}' for n in range(2))}]}}")) == 255
    )
    assert matrix(f"include: [{', '.join(f'{{a: {n}}}' for n in range(257))}]") is None


def test_a_matrix_bomb_is_not_computed():
    axes = ", ".join(f"a{number}: [1, 2, 3, 4, 5, 6, 7, 8, 9]" for number in range(30))
    assert matrix(f"{{{axes}}}") is None
    pairs = ", ".join("{a: 1}" for _ in range(5000))
    assert matrix(f"{{a: [{', '.join(map(str, range(100)))}], exclude: [{pairs}]}}") is None


def test_the_limit_is_that_of_the_caller():
    node = job_of("{matrix: {a: [1, 2, 3]}}").matrix
    assert expand(node, NOTHING, Limits(matrix_combinations=2)) == DYNAMIC


def test_an_exclude_by_a_key_that_is_no_axis_takes_nothing_out():
    assert contexts("{a: [1], exclude: [{b: null}, {a: 1, b: null}]}") == [{"a": 1}]


def test_an_empty_exclude_or_include_entry_says_nothing():
    assert contexts("{a: [1], exclude: [{}], include: [{}]}") == [{"a": 1}]
