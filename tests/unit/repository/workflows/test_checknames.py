"""The names that jobs report: brackets, expressions, the cut, skipped jobs."""

import pytest

from workflow_harness import jobs

LONG = "a" * 100


def test_a_job_reports_its_name_else_its_id():
    assert jobs("""
    test: {runs-on: x}
    lint: {name: Lint it, runs-on: x}
    none: {name: , runs-on: x}
    """) == ["test", "Lint it", "none"]


def test_a_matrix_adds_its_values_in_brackets_in_the_order_of_its_keys():
    assert jobs("test: {strategy: {matrix: {os: [linux, mac], v: [3.10, 3.9]}}, runs-on: x}") == [
        "test (linux, 3.1)",
        "test (linux, 3.9)",
        "test (mac, 3.1)",
        "test (mac, 3.9)",
    ]


def test_a_static_name_gets_the_brackets_too():
    assert jobs("test: {name: Tests, strategy: {matrix: {v: [1]}}, runs-on: x}") == ["Tests (1)"]


@pytest.mark.parametrize("name", ["v${{ matrix.v }}", "v${{ 1 }}", "${{ format('v{0}', matrix.V) }}"])
def test_a_name_with_any_expression_gets_no_brackets(name):
    assert jobs(f'test: {{name: "{name}", strategy: {{matrix: {{v: [1], w: [2]}}}}, runs-on: x}}') == ["v1"]


def test_equal_names_are_reported_once():
    assert jobs('test: {name: "${{ 1 }}", strategy: {matrix: {v: [1, 2]}}, runs-on: x}') == ["1"]


def test_a_name_that_comes_out_empty_is_the_id_with_brackets():
    assert jobs("""
    test:
      name: ${{ matrix.name }}
      strategy: {matrix: {v: [1], include: [{v: 2, name: Two}]}}
    """) == ["test (1)", "Two"]


def test_null_and_empty_values_are_left_out_of_the_brackets():
    assert jobs("""
    a: {strategy: {matrix: {v: [1], w: ['', null, 2]}}}
    b: {strategy: {matrix: {v: ['', null]}}}
    """) == ["a (1)", "a (1, 2)", "b"]


def test_an_object_gives_each_of_its_fields_and_a_list_each_of_its_items():
    assert jobs("a: {strategy: {matrix: {c: [{n: x, deep: {er: [1, true]}}]}}}") == ["a (x, 1, true)"]


def test_what_include_adds_to_a_combination_is_not_in_the_brackets():
    assert jobs("""
    build:
      strategy:
        matrix:
          runtime: [linux, win]
          include:
            - {runtime: linux, os: ubuntu-latest}
            - {runtime: win, os: windows-latest}
            - {os: macos-latest, runtime: osx}
    """) == ["build (linux)", "build (win)", "build (osx, macos-latest)"]


def test_what_include_adds_is_known_to_a_name_with_expressions():
    assert jobs("""
    a:
      name: ${{ matrix.v }} on ${{ matrix.os }}
      strategy: {matrix: {v: [1, 2], include: [{v: 1, os: mac}]}}
    """) == ["1 on mac", "2 on "]


def test_an_unknown_value_is_a_hole_in_which_the_value_may_be_missing():
    found = jobs("""
    a: {strategy: {matrix: {v: ['${{ vars.v }}'], w: [1]}}}
    b: {strategy: {matrix: {v: [1], w: ['${{ vars.v }}'], x: [2]}}}
    c: {strategy: {matrix: {v: ['${{ vars.v }}']}}}
    """)
    assert found == ["a (…1)", "b (1…, 2)", "c (…)"]


@pytest.mark.parametrize("matrix", ["${{ fromJSON(needs.x.outputs.m) }}", "{v: '${{ fromJSON(needs.x.outputs.m) }}'}"])
def test_a_dynamic_matrix_makes_a_hole(matrix):
    assert jobs(f"""
    a: {{strategy: {{matrix: {matrix if matrix[0] == "{" else repr(matrix)}}}}}
    b: {{name: "B ${{{{ matrix.v }}}}!", strategy: {{matrix: {matrix if matrix[0] == "{" else repr(matrix)}}}}}
    c: {{name: "C ${{{{ github.event_name }}}}", strategy: {{matrix: {matrix if matrix[0] == "{" else repr(matrix)}}}}}
    """) == ["a (…)", "B …!", "C pull_request"]


def test_a_strategy_that_only_a_run_can_know_may_hold_no_matrix():
    assert jobs("a: {strategy: '${{ fromJSON(needs.x.outputs.s) }}'}") == ["a…"]


def test_names_know_the_event_the_branch_and_the_repository():
    assert jobs("""
    a: {name: "${{ github.event_name }} ${{ github.base_ref }} ${{ github.repository }} ${{ github.repository_owner }}"}
    b: {name: "${{ github.ref_name }} by ${{ github.actor }}"}
    c: {name: "${{ inputs.x }}x ${{ vars.y }}"}
    """) == ["pull_request main acme/app acme", "… by …", "x …"]


@pytest.mark.parametrize("name", ["${{ ( }}", "a ${{ b", "${{ }}"])
def test_a_name_that_cannot_be_parsed_may_be_anything(name):
    assert jobs(f'a: {{name: "{name}"}}') == ["…"]


# -- the cut -----------------------------------------------------------------------------------------------------------


def test_a_segment_of_100_characters_stays_and_a_longer_one_ends_in_dots():
    assert jobs(f"a: {{name: {LONG}}}") == [LONG]
    assert jobs(f"a: {{name: {LONG}b}}") == ["a" * 97 + "..."]
    (name,) = jobs(f"a: {{name: {'a' * 95}, strategy: {{matrix: {{v: [12345]}}}}}}")
    assert name == "a" * 95 + " (..."
    assert len(name) == 100


def test_a_name_out_of_expressions_that_is_too_long_may_be_cut_or_not():
    assert jobs(f'a: {{name: "${{{{ 1 }}}}{LONG}"}}') == ["1" + "a" * 96 + "…"]


def test_behind_a_hole_that_may_make_a_name_too_long_nothing_is_known():
    assert jobs(f'a: {{name: "{"a" * 50}${{{{ vars.x }}}}b"}}') == ["a" * 50 + "…b"]
    assert jobs(f'a: {{name: "{"a" * 60}${{{{ vars.x }}}}b"}}') == ["a" * 60 + "…"]
    assert jobs(f'a: {{name: "{LONG}a${{{{ vars.x }}}}"}}') == ["a" * 97 + "…"]
    assert jobs(f'a: {{name: "${{{{ vars.x }}}}{LONG}"}}') == ["…"]


# -- skipped -----------------------------------------------------------------------------------------------------------


def test_a_skipped_job_expands_neither_its_matrix_nor_its_name():
    assert jobs("""
    a: {if: false, strategy: {matrix: {v: [1, 2]}}}
    b: {if: false, name: "v${{ matrix.v }}", strategy: {matrix: {v: [1, 2]}}}
    c: {if: false, name: "on ${{ github.event_name }}"}
    """) == ["a", "v${{ matrix.v }}", "on ${{ github.event_name }}"]


def test_the_text_of_a_skipped_job_is_cut_like_any_other_when_it_is_static():
    assert jobs(f"a: {{if: false, name: {LONG}b}}") == ["a" * 97 + "..."]
    assert jobs(f'a: {{if: false, name: "{LONG}${{{{ matrix.v }}}}"}}') == ["a" * 97 + "…"]
