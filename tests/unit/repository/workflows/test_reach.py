"""What starts a workflow on a pull request, in a merge queue, on a bors staging branch."""

import pytest

from phase_mirror.repository.globs.coverage import Gap, uncovered
from phase_mirror.repository.workflows.checks import checks_of
from phase_mirror.repository.workflows.reach import LATER_EVENTS, Occasion, Reach, filter_of, starts
from workflow_harness import checks, start, tree, workflow_of

PULL, QUEUE, STAGING = Occasion.PULL_REQUEST, Occasion.MERGE_GROUP, Occasion.STAGING


@pytest.mark.parametrize(
    ("on", "reach"),
    [
        *[
            ("pull_request:", Reach.ALWAYS),
            ("pull_request_target:", Reach.ALWAYS),
            ("pull_request: {types: }", Reach.ALWAYS),
        ],
        *[("pull_request: {branches: [main]}", Reach.ALWAYS), ("pull_request: {branches: main}", Reach.ALWAYS)],
        *[("pull_request: {branches: ['**']}", Reach.ALWAYS), ("pull_request: {branches: [dev]}", Reach.NEVER)],
        *[
            ("pull_request: {branches: ['*', '!main']}", Reach.NEVER),
            ("pull_request: {branches: ['!dev']}", Reach.NEVER),
        ],
        *[
            ("pull_request: {branches: ['!main', '*']}", Reach.ALWAYS),
            ("pull_request: {branches: [Main]}", Reach.NEVER),
        ],
        *[
            ("pull_request: {branches-ignore: [dev]}", Reach.ALWAYS),
            ("pull_request: {branches-ignore: ['m*']}", Reach.NEVER),
        ],
        *[("pull_request: {branches: ['[']}", Reach.UNKNOWN), ("pull_request: {branches: }", Reach.ALWAYS)],
        *[("pull_request: {branches: ['mai+']}", Reach.NEVER), ("pull_request: {branches: ['ma?i?n']}", Reach.ALWAYS)],
        *[("pull_request: {paths: [src/**]}", Reach.PATHS), ("pull_request: {paths-ignore: [docs/**]}", Reach.PATHS)],
        *[("pull_request: {paths: ['a[']}", Reach.UNKNOWN), ("pull_request: {paths: []}", Reach.ALWAYS)],
        *[
            ("pull_request: {branches: [dev], paths: [a]}", Reach.NEVER),
            ("pull_request: {types: [opened]}", Reach.SOMETIMES),
        ],
        *[
            ("pull_request: {types: [opened, synchronize]}", Reach.ALWAYS),
            ("pull_request: {types: labeled}", Reach.SOMETIMES),
        ],
        *[("pull_request: {types: [opened, synchronize, labeled], paths: [a]}", Reach.PATHS)],
        *[
            ("merge_group:", Reach.NEVER),
            ("schedule: [{cron: '0 0 * * *'}]", Reach.NEVER),
            ("issue_comment:", Reach.NEVER),
        ],
        *[
            ("workflow_run: {workflows: [CI]}", Reach.NEVER),
            ("workflow_dispatch:", Reach.NEVER),
            ("status:", Reach.NEVER),
        ],
        *[(f"{event}:", Reach.SOMETIMES) for event in LATER_EVENTS],
    ],
)
def test_on_a_pull_request(on, reach):
    found = start(on)
    assert found.reach is reach
    assert found.runs is (reach is not Reach.NEVER)
    assert bool(found.why) is (reach is not Reach.ALWAYS)


@pytest.mark.parametrize(
    ("push", "reach"),
    [
        *[("", Reach.SOMETIMES), ("{branches: ['**']}", Reach.SOMETIMES), ("{branches: [main]}", Reach.NEVER)],
        *[("{branches: [main, dev]}", Reach.SOMETIMES), ("{branches: ['*', '!main']}", Reach.SOMETIMES)],
        *[
            ("{branches-ignore: [main]}", Reach.SOMETIMES),
            ("{tags: ['v*']}", Reach.NEVER),
            ("{tags-ignore: [x]}", Reach.NEVER),
        ],
        *[("{branches: [main], tags: ['v*']}", Reach.NEVER), ("{branches: ['[']}", Reach.UNKNOWN)],
        *[("{paths: [src/**]}", Reach.SOMETIMES), ("{branches: ['release/**']}", Reach.SOMETIMES)],
    ],
)
def test_a_push_reports_on_pull_requests_from_the_repository_itself_alone(push, reach):
    assert start(f"push: {push}").reach is reach


@pytest.mark.parametrize(
    ("on", "reach"),
    [
        *[("merge_group:", Reach.ALWAYS), ("merge_group: {types: [checks_requested]}", Reach.ALWAYS)],
        *[("merge_group: {branches: [main]}", Reach.ALWAYS), ("merge_group: {branches: [dev]}", Reach.NEVER)],
        *[("merge_group: {paths: [src/**]}", Reach.ALWAYS), ("pull_request:", Reach.NEVER), ("push:", Reach.ALWAYS)],
        *[("push: {branches: ['gh-readonly-queue/**']}", Reach.ALWAYS), ("push: {branches: [main]}", Reach.NEVER)],
        *[("push: {branches: ['*']}", Reach.NEVER), ("push: {branches: ['gh-readonly-queue/main/**']}", Reach.ALWAYS)],
        *[("push: {branches: ['gh-readonly-queue/dev/**']}", Reach.NEVER), ("push: {tags: [v1]}", Reach.NEVER)],
        *[("push: {paths: [src/**]}", Reach.PATHS), ("deployment:", Reach.NEVER)],
    ],
)
def test_in_a_merge_queue(on, reach):
    assert start(on, QUEUE).reach is reach


def test_the_queue_of_another_branch_pushes_other_branches():
    assert start("push: {branches: ['gh-readonly-queue/dev/**']}", QUEUE, branch="dev").reach is Reach.ALWAYS


@pytest.mark.parametrize(
    ("on", "reach"),
    [
        *[("push: {branches: [staging, trying]}", Reach.ALWAYS), ("push: {branches: [main]}", Reach.NEVER)],
        *[
            ("push:", Reach.ALWAYS),
            ("pull_request:", Reach.NEVER),
            ("push: {branches: [staging], paths: [a]}", Reach.PATHS),
        ],
    ],
)
def test_on_the_staging_branch_of_bors(on, reach):
    assert start(on, STAGING).reach is reach


def test_an_unknown_branch_leaves_a_branch_filter_unknown():
    assert start("pull_request: {branches: [main]}", branch=None).reach is Reach.UNKNOWN
    assert start("pull_request:", branch=None).reach is Reach.ALWAYS
    assert start("push: {branches: [main]}", branch=None).reach is Reach.SOMETIMES


def test_the_workflow_of_the_default_branch_answers_for_the_target_of_a_pull_request():
    assert start("pull_request_target:", branch="next", default="main").reach is Reach.UNKNOWN
    assert start("pull_request_target:", branch="main", default="main").reach is Reach.ALWAYS
    assert start("pull_request_target: {branches: [x]}", branch="next", default="main").reach is Reach.NEVER
    assert start("pull_request:", branch="next", default="main").reach is Reach.ALWAYS


def test_a_start_points_at_the_filter_that_limits_it():
    assert start("pull_request: {branches: [dev]}").node.items[0].value == "dev"
    assert start("pull_request: {paths-ignore: [docs]}").node.items[0].value == "docs"
    assert start("pull_request: {types: [labeled]}").node.items[0].value == "labeled"
    assert start("pull_request:").node.value == "pull_request"


def test_every_trigger_answers_in_document_order():
    workflow = workflow_of("on: [push, pull_request, schedule]\njobs: {a: {}}")
    assert [found.trigger.event for found in starts(workflow, PULL, "main")] == ["push", "pull_request", "schedule"]


def test_a_filter_is_found_with_its_node():
    trigger = workflow_of("on: {push: {branches: [a], tags-ignore: [b]}}\njobs: {a: {}}").triggers["push"]
    filters, node = filter_of(trigger, "tags")
    assert filters.ignore
    assert node.items[0].value == "b"
    assert filter_of(trigger, "paths") == (None, None)


# -- the exact answer about paths --------------------------------------------------------------------------------------


def gap(*workflows, tracked=("src/a.py", "docs/index.md")):
    """Return a change for which none of some workflows runs."""
    files = {
        f"w{number}.yml": f"on: {{pull_request: {on}}}\njobs: {{test: {{}}}}" for number, on in enumerate(workflows)
    }
    found = checks(files)
    assert all(check.start.reach is Reach.PATHS for check in found)
    return uncovered([check.start.paths for check in found], tracked)


def test_a_tracked_file_outside_the_filter_is_a_change_without_a_run():
    assert gap("{paths: [src/**]}") == Gap("docs/index.md", tracked=True)
    assert gap("{paths-ignore: [docs/**]}") == Gap("docs/index.md", tracked=True)


def test_a_possible_file_is_one_too():
    found = gap("{paths: [src/**, docs/**]}")
    assert found is not None
    assert not found.tracked


def test_complementary_filters_leave_no_change_out():
    assert gap("{paths: [src/**]}", "{paths-ignore: [src/**]}") is None
    assert gap("{paths: ['**']}") is None
    assert gap("{paths: ['**', '!docs/**']}", "{paths: [docs/**]}") is None


def test_a_negated_path_takes_back_what_stands_before_it():
    assert gap("{paths: ['**', '!docs/**']}") == Gap("docs/index.md", tracked=True)
    assert gap("{paths: ['!docs/**']}").path in {"src/a.py", "docs/index.md"}
    assert gap("{paths: ['!docs/**', '**']}") is None


def test_a_sibling_that_runs_always_is_no_path_filter():
    files = {
        "a.yml": "on: {pull_request: {paths: [src/**]}}\njobs: {test: {}}",
        "b.yml": "on: pull_request\njobs: {test: {}}",
    }
    reaches = [check.start.reach for check in checks_of(tree(files), PULL, "main")]
    assert reaches == [Reach.PATHS, Reach.ALWAYS]
