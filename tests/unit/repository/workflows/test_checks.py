"""Which checks a repository can report: conditions, needs, calls as deep as they go, bounds."""

import time

from phase_mirror.repository.workflows.checks import MOST_CHECKS, checks_of
from phase_mirror.repository.workflows.reach import Occasion
from workflow_harness import CI, checks, jobs, names, tree

CALLEE = """
on:
  workflow_call:
    inputs:
      v: {type: string, default: d}
      n: {type: number}
      b: {type: boolean}
      s: {type: string}
jobs:
  inner:
    name: v=${{ inputs.v }} n=${{ inputs.n }} b=${{ inputs.b }} s=${{ inputs.s }}
"""


def calling(with_="", extra=""):
    body = f"on: pull_request\njobs:\n  outer:\n    uses: ./.github/workflows/callee.yml\n{extra}"
    return body + (f"    with: {with_}\n" if with_ else "")


def called(with_="", callee=CALLEE, extra=""):
    return names({"ci.yml": calling(with_, extra), "callee.yml": callee})


def states(body):
    """Return name, skipped and conditional of every check."""
    text = "on: pull_request\njobs:\n" + body
    return [(str(check.name), check.skipped, check.conditional) for check in checks(text)]


# -- conditions and needs ----------------------------------------------------------------------------------------------


def test_a_job_without_an_if_runs():
    assert states("  a: {runs-on: x}") == [("a", False, False)]


def test_an_if_that_is_decided_leaves_one_way():
    assert states("  a: {if: github.event_name == 'push'}\n  b: {if: github.event_name != 'push'}") == [
        ("a", True, False),
        ("b", False, False),
    ]


def test_an_if_that_only_a_run_can_know_leaves_both_ways():
    assert states("  a: {if: github.actor == 'x', strategy: {matrix: {v: [1]}}}") == [
        ("a", True, True),
        ("a (1)", False, True),
    ]


def test_an_if_that_cannot_be_parsed_leaves_both_ways():
    assert states("  a: {if: '${{ ( }}'}") == [("a", True, True), ("a", False, True)]


def test_an_if_on_the_repository_or_its_owner_is_decided():
    assert states("  a: {if: github.repository == 'acme/app'}\n  b: {if: github.repository_owner != 'acme'}") == [
        ("a", False, False),
        ("b", True, False),
    ]


def test_an_unknown_repository_leaves_both_ways():
    jobs_of = "  a: {if: github.repository == 'acme/app'}\n  b: {if: github.repository_owner == 'x'}\n"
    text = f"on: pull_request\njobs:\n{jobs_of}"
    assert [check.skipped for check in checks(text, slug="")] == [True, False, True, False]


def test_a_job_that_needs_a_skipped_one_is_skipped():
    assert states("""
  c: {needs: b, strategy: {matrix: {v: [1]}}}
  b: {needs: [a]}
  a: {if: false}
""") == [("c", True, False), ("b", True, False), ("a", True, False)]


def test_a_job_that_needs_one_that_may_be_skipped_may_be_skipped():
    assert states("  a: {if: github.actor}\n  b: {needs: a, strategy: {matrix: {v: [1]}}}")[2:] == [
        ("b", True, True),
        ("b (1)", False, True),
    ]


def test_a_job_that_always_runs_does_not_ask_for_its_needs():
    assert states("""
  a: {if: false}
  b: {needs: a, if: always()}
  c: {needs: a, if: '!cancelled()'}
  d: {needs: a, if: 'success() || true'}
  e: {needs: a, if: 'success()'}
  f: {needs: a, if: 'true'}
""")[1:] == [
        ("b", False, False),
        ("c", True, True),
        ("c", False, True),
        ("d", False, False),
        ("e", True, False),
        ("f", True, False),
    ]


def test_needs_in_a_circle_or_of_no_job_do_not_hang():
    found = states("  a: {needs: b}\n  b: {needs: a}\n  c: {needs: c}\n  d: {needs: nobody}")
    assert ("d", False, False) in found
    assert {name for name, _, _ in found} == {"a", "b", "c", "d"}


def test_a_long_chain_of_needs_is_followed():
    body = "\n".join(f"  j{number}: {{needs: j{number + 1}}}" for number in range(3000)) + "\n  j3000: {if: false}"
    assert all(skipped for _, skipped, _ in states(body))


def test_a_combination_that_may_be_excluded_is_conditional():
    assert states("  a: {strategy: {matrix: {v: [1], exclude: [{v: '${{ vars.v }}'}]}}}") == [("a (1)", False, True)]


# -- calls -------------------------------------------------------------------------------------------------------------


def test_a_job_of_a_called_workflow_reports_behind_its_caller():
    assert called(callee="on: workflow_call\njobs: {inner: {}, other: {name: Other}}") == [
        "outer / inner",
        "outer / Other",
    ]


def test_a_caller_with_a_matrix_reports_each_combination():
    extra = "    strategy: {matrix: {v: [1, 2]}}\n"
    assert called(callee="on: workflow_call\njobs: {inner: {}}", extra=extra) == [
        "outer (1) / inner",
        "outer (2) / inner",
    ]


def test_each_combination_of_a_caller_passes_its_own_values():
    extra = "    strategy: {matrix: {v: [a, b], n: [1]}}\n"
    assert called("{v: '${{ matrix.v }}', n: '${{ matrix.n }}'}", extra=extra) == [
        "outer (a, 1) / v=a n=1 b=false s=",
        "outer (b, 1) / v=b n=1 b=false s=",
    ]


def test_a_called_workflow_does_not_see_the_matrix_of_its_caller():
    extra = "    strategy: {matrix: {v: [a]}}\n"
    callee = "on: workflow_call\njobs: {inner: {name: 'x${{ matrix.v }}'}}"
    assert called(callee=callee, extra=extra) == ["outer (a) / x…"]


def test_a_dynamic_caller_passes_what_it_knows():
    extra = "    strategy: {matrix: '${{ fromJSON(needs.a.outputs.m) }}'}\n"
    assert called("{v: '${{ matrix.v }}', n: 2}", extra=extra) == ["outer (…) / v=… n=2 b=false s="]


def test_a_skipped_caller_reports_itself_and_nothing_inside():
    assert called(extra="    if: false\n") == ["outer"]


def test_a_skipped_job_inside_reports_behind_its_caller():
    callee = "on: workflow_call\njobs: {inner: {if: false, strategy: {matrix: {v: [1]}}}}"
    assert called(callee=callee) == ["outer / inner"]


def test_what_a_caller_hangs_on_hangs_on_its_jobs():
    files = {"ci.yml": calling(extra="    if: github.actor\n"), "callee.yml": "on: workflow_call\njobs: {inner: {}}"}
    assert [(str(check.name), check.skipped, check.conditional) for check in checks(files)] == [
        ("outer", True, True),
        ("outer / inner", False, True),
    ]


def test_inputs_have_their_defaults():
    assert called() == ["outer / v=d n=0 b=false s="]


def test_inputs_are_passed_without_regard_to_case():
    assert called("{V: x, n: 3, b: true, s: 1.0}") == ["outer / v=x n=3 b=true s=1"]


def test_inputs_are_evaluated_where_the_caller_stands():
    assert called("{v: '${{ github.event_name }}', n: '${{ 2 }}', b: '${{ 1 == 1 }}', s: '${{ inputs.v }}'}") == [
        "outer / v=pull_request n=2 b=true s="
    ]


def test_an_input_that_only_a_run_can_know_or_of_another_type_is_a_hole():
    assert called("{v: '${{ needs.a.outputs.b }}', n: x, b: 'true', s: [1]}") == ["outer / v=… n=… b=… s=…"]


def test_a_default_may_read_the_event_and_not_the_inputs_of_the_caller():
    callee = """
    on:
      workflow_call:
        inputs:
          a: {type: string, default: '${{ github.event_name }}'}
          b: {type: string, default: '${{ inputs.a }}'}
          c: {default: x}
          d: {type: string, default: }
          e:
    jobs: {inner: {name: '${{ inputs.a }} ${{ inputs.b }} ${{ inputs.c }} ${{ inputs.d }}-${{ inputs.e }}'}}
    """
    assert called(callee=callee) == ["outer / pull_request … x -"]


def test_a_called_workflow_sees_the_workflow_and_event_of_its_caller():
    callee = "name: Inner\non: workflow_call\njobs: {inner: {name: '${{ github.workflow }} ${{ github.event_name }}'}}"
    assert names({"ci.yml": "name: Outer\n" + calling(), "callee.yml": callee}) == ["outer / Outer pull_request"]


def test_calls_nest_as_deep_as_they_go():
    files = {"ci.yml": calling().replace("callee", "w1")}
    for number in range(1, 4):
        following = f"{{uses: ./.github/workflows/w{number + 1}.yml, with: {{v: '${{{{ inputs.v }}}}!'}}}}"
        body = following if number < 3 else "{name: '${{ inputs.v }}'}"
        inputs = "{inputs: {v: {type: string, default: x}}}"
        files[f"w{number}.yml"] = f"on: {{workflow_call: {inputs}}}\njobs: {{j{number}: {body}}}"
    assert names(files) == ["outer / j1 / j2 / x!!"]


def test_a_workflow_of_another_repository_is_a_hole_behind_its_caller():
    (check,) = checks("on: pull_request\njobs: {outer: {uses: acme/other/.github/workflows/x.yml@v1}}")
    assert str(check.name) == "outer / …"
    assert not check.known
    assert check.job.id == "outer"


def test_a_missing_workflow_or_an_expression_for_one_is_a_hole():
    assert jobs("""
    a: {uses: ./.github/workflows/none.yml}
    b: {uses: '${{ vars.x }}'}
    """) == ["a / …", "b / …"]


def test_calls_in_a_circle_end_in_a_hole():
    files = {
        "ci.yml": calling(),
        "callee.yml": "on: workflow_call\njobs: {inner: {uses: ./.github/workflows/callee.yml}}",
    }
    assert names(files) == ["outer / inner / …"]


def test_calls_deeper_than_github_allows_end_in_a_hole():
    files = {"ci.yml": calling().replace("callee", "w0")}
    for number in range(15):
        files[f"w{number}.yml"] = f"on: workflow_call\njobs: {{j: {{uses: ./.github/workflows/w{number + 1}.yml}}}}"
    (name,) = names(files)
    assert name == "outer / " + "j / " * 10 + "…"


def test_a_workflow_that_is_only_called_reports_nothing_itself():
    assert checks("on: workflow_call\njobs: {a: {}}") == []
    assert [check.start.trigger.event for check in checks("on: [workflow_call, pull_request]\njobs: {a: {}}")] == [
        "pull_request"
    ]


def test_inputs_of_a_dispatch_are_unknown_and_of_any_other_event_empty():
    text = "on: [workflow_dispatch, pull_request]\njobs: {a: {name: 'a${{ inputs.x }}'}}"
    assert names(text) == ["a…", "a"]


def test_on_the_target_of_a_pull_request_the_default_branch_runs():
    text = "on: pull_request_target\njobs: {a: {name: '${{ github.ref }} ${{ github.base_ref }}'}}"
    assert names(text, branch="next") == ["refs/heads/main next"]
    assert names(text, branch=None, default_branch=None) == ["… …"]


# -- records -----------------------------------------------------------------------------------------------------------


def test_a_check_knows_the_job_that_reports_and_where_its_name_stands():
    files = {"ci.yml": calling(), "callee.yml": "on: workflow_call\njobs:\n  inner:\n    name: Inner\n"}
    (check,) = checks(files)
    assert check.workflow.path == CI
    assert check.leaf.workflow.path == ".github/workflows/callee.yml"
    assert [link.job.id for link in check.chain] == ["outer", "inner"]
    assert check.named_by.value == "Inner"
    assert str(check.span) == ".github/workflows/callee.yml:4:11"


def test_checks_stand_in_the_order_of_path_trigger_and_job():
    files = {
        "b.yml": "on: pull_request\njobs: {z: {}, a: {}}",
        "a.yml": "on: {push: , pull_request: }\njobs: {m: {}}",
    }
    assert [(check.workflow.path[-5:], check.start.trigger.event, check.job.id) for check in checks(files)] == [
        ("a.yml", "push", "m"),
        ("a.yml", "pull_request", "m"),
        ("b.yml", "pull_request", "z"),
        ("b.yml", "pull_request", "a"),
    ]


# -- bounds ------------------------------------------------------------------------------------------------------------


def bomb(leaf):
    """Return ten levels of workflows with ten calls each."""
    files = {"ci.yml": calling().replace("callee", "w0")}
    for number in range(9):
        body = "\n".join(f"  j{job}: {{uses: ./.github/workflows/w{number + 1}.yml}}" for job in range(10))
        files[f"w{number}.yml"] = f"on: workflow_call\njobs:\n{body}\n"
    files["w9.yml"] = leaf
    files["ci.yml"] = files["ci.yml"].replace("pull_request", "schedule")
    return files


def test_calls_that_multiply_are_cut_and_the_rest_may_be_anything():
    snapshot = tree(bomb("on: workflow_call\njobs: {a: {}}"))
    started = time.perf_counter()
    found = checks_of(snapshot, Occasion.PULL_REQUEST, "main")
    assert time.perf_counter() - started < 20
    assert len(found) == MOST_CHECKS + 1
    assert found[-1].name.matches("anything")
    assert found[-1].start.runs
    assert not found[-1].known


def test_calls_that_multiply_and_report_nothing_end_too():
    found = checks_of(tree(bomb("on: workflow_call\njobs: {a: 1}")), Occasion.PULL_REQUEST, "main")
    assert found[-1].name.matches("anything")
