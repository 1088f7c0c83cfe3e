"""What conditions, environments and earlier jobs leave of an outsider's event."""

from __future__ import annotations

import textwrap

import pytest

from phase_mirror.rules.gating import Access, access_of, condition_access, job_access
from workflow_harness import tree, workflow_of

OPEN, CLOSED, LABEL, OUTPUT = Access.OPEN, Access.CLOSED, Access.LABEL, Access.OUTPUT


@pytest.mark.parametrize(
    ("condition", "event", "access"),
    [
        (None, "pull_request_target", OPEN),
        ("always()", "pull_request_target", OPEN),
        ("success() && !cancelled()", "pull_request_target", OPEN),
        ("false", "pull_request_target", CLOSED),
        ("this is not ( an expression", "pull_request_target", OPEN),
        ("x ${{ false }}", "pull_request_target", OPEN),
        ("${{ github.actor == 'octocat' }}", "pull_request_target", CLOSED),
        ("github.actor != 'octocat'", "pull_request_target", OPEN),
        ("github.actor == github.event.pull_request.user.login", "pull_request_target", OPEN),
        ("contains(github.actor, '[bot]')", "pull_request_target", CLOSED),
        ("endsWith(github.actor, '[bot]')", "pull_request_target", CLOSED),
        ('contains(\'["a","b"]\', github.actor)', "issue_comment", CLOSED),
        ("github.event.comment.author_association == 'MEMBER'", "issue_comment", CLOSED),
        ("github.event.comment.author_association == 'NONE'", "issue_comment", OPEN),
        ("contains(fromJSON('[\"OWNER\"]'), github.event.comment.author_association)", "issue_comment", CLOSED),
        ("contains(fromJSON('[\"NONE\"]'), github.event.comment.author_association)", "issue_comment", OPEN),
        ("github.event.pull_request.head.repo.full_name == github.repository", "pull_request_target", CLOSED),
        ("github.event.pull_request.head.repo.fork == false", "pull_request_target", CLOSED),
        ("!github.event.pull_request.head.repo.fork", "pull_request_target", CLOSED),
        ("github.event.pull_request.head.repo.fork", "pull_request_target", OPEN),
        ("github.event.pull_request.merged", "pull_request_target", CLOSED),
        ("github.event.pull_request.merged == true", "pull_request_target", CLOSED),
        ("github.event.pull_request.merged == false", "pull_request_target", OPEN),
        ("contains(github.event.pull_request.labels.*.name, 'ok')", "pull_request_target", LABEL),
        ("contains(github.event.issue.labels.*.name, 'ok')", "issues", OPEN),
        ("github.event.label.name == 'ok'", "pull_request_target", LABEL),
        ("github.event.action == 'labeled'", "pull_request_target", LABEL),
        ("github.event_name == 'push'", "pull_request_target", CLOSED),
        ("github.event_name != 'push'", "pull_request_target", OPEN),
        ("contains(fromJSON('[\"push\"]'), github.event_name)", "pull_request_target", CLOSED),
        ("startsWith(github.ref, 'refs/tags/')", "pull_request_target", CLOSED),
        ("startsWith(github.ref, 'refs/heads/')", "pull_request", CLOSED),
        ("startsWith(github.ref, 'refs/pull/')", "pull_request", OPEN),
        ("github.ref == 'refs/heads/main'", "pull_request", CLOSED),
        ("github.ref == 'refs/heads/main'", "pull_request_target", OPEN),
        ("github.ref == 'refs/tags/v1'", "issue_comment", CLOSED),
        ("github.ref_type == 'tag'", "issue_comment", CLOSED),
        ("github.head_ref", "issue_comment", CLOSED),
        ("github.event.issue.pull_request", "issue_comment", OPEN),
        ("github.event.comment", "issues", CLOSED),
        ("github.event.issue", "pull_request_target", CLOSED),
        ("github.event.discussion", "discussion_comment", OPEN),
        ("github.event.pull_request", "issues", CLOSED),
        ("github.event.workflow_run", "issues", CLOSED),
        ("github.event.workflow_run.event == 'push'", "workflow_run", CLOSED),
        ("github.event.workflow_run.event == 'pull_request'", "workflow_run", OPEN),
        ("github.event.workflow_run.conclusion == 'success'", "workflow_run", OPEN),
        ("github.event.workflow_run.head_branch == 'main'", "workflow_run", OPEN),
        ("steps.check.outputs.member == 'true'", "issue_comment", OUTPUT),
        ("needs.check.outputs.member", "issue_comment", OUTPUT),
        ("github.run_number > 3", "issue_comment", OPEN),
    ],
)
def test_a_condition_is_evaluated_for_an_outsider(condition, event, access):
    assert condition_access(condition, event) is access


@pytest.mark.parametrize(
    ("types", "condition", "access"),
    [
        (("opened",), "github.event.action == 'closed'", CLOSED),
        (("opened",), "github.event.action == 'opened'", OPEN),
        (("opened", "closed"), "github.event.action == 'opened'", OPEN),
    ],
)
def test_an_activity_that_does_not_start_the_workflow_never_holds(types, condition, access):
    assert condition_access(condition, "pull_request_target", types) is access


def access(body, event="pull_request_target", on="pull_request_target", step=None, **others):
    text = f"on: {on}\njobs:\n" + textwrap.indent(textwrap.dedent(body), "  ")
    snapshot = tree({"a.yml": text, **others})
    workflow = snapshot.workflows[".github/workflows/a.yml"]
    job = list(workflow.jobs.values())[-1]
    return access_of(snapshot, workflow, job, event, None if step is None else job.steps[step])


LOOKUP = "core.setFailed(await github.rest.repos.getCollaboratorPermissionLevel({}))"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("a: {runs-on: x}", OPEN),
        ("a: {runs-on: x, environment: prod}", Access.ENVIRONMENT),
        ("a: {runs-on: x, environment: prod}\nb: {runs-on: x, needs: a}", Access.ENVIRONMENT),
        ("a: {runs-on: x, environment: prod}\nb: {runs-on: x, needs: a, if: always()}", OPEN),
        ("a: {runs-on: x, if: github.actor == 'me'}\nb: {runs-on: x, needs: a}", CLOSED),
        ("a: {runs-on: x, if: needs.z.outputs.y}\nb: {runs-on: x, needs: a}", OPEN),
        ("a: {runs-on: x, needs: [a, gone]}", OPEN),
        (f"a: {{runs-on: x, steps: [{{run: '{LOOKUP}'}}]}}\nb: {{runs-on: x, needs: a}}", Access.CHECKED),
        (f"a: {{runs-on: x, steps: [{{run: '{LOOKUP}'}}]}}\nb: {{runs-on: x, needs: a, if: always()}}", OPEN),
        (
            (
                f"a: {{runs-on: x, steps: [{{run: '{LOOKUP}'}}]}}\n"
                "b: {runs-on: x, needs: a, if: \"always() && needs.a.result == 'success'\"}"
            ),
            Access.CHECKED,
        ),
    ],
)
def test_a_job_is_as_far_as_its_environment_and_the_jobs_it_waits_for(body, found):
    assert access(body) is found


@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("uses: prince-chrismc/check-actor-permissions-action@v3", Access.CHECKED),
        ("run: gh api /orgs/acme/members/$ACTOR", Access.CHECKED),
        ("{uses: actions/github-script@v7, with: {script: if (!x.author_association) throw 1}}", Access.CHECKED),
        ("{id: a, uses: actions/github-script@v7, with: {script: return x.author_association}}", Access.CHECKED),
        ("{uses: actions/github-script@v7, with: {script: core.info(x.author_association)}}", OPEN),
        ("run: make", OPEN),
    ],
)
def test_a_lookup_of_the_authors_role_closes_the_steps_behind_it(first, found):
    body = f"a:\n  runs-on: x\n  steps:\n    - {first}\n    - run: make deploy\n"
    assert access(body, step=1) is found
    assert access(body, step=0) is OPEN


def test_activities_of_maintainers_alone_are_a_label():
    on = "{pull_request_target: {types: [labeled, assigned]}}"
    assert access("a: {runs-on: x}", on=on) is LABEL


RUN = "{workflow_run: {workflows: [CI]}}"


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ("push", CLOSED),
        ("issue_comment", CLOSED),
        ("[push, pull_request]", OPEN),
        (None, OPEN),
    ],
)
def test_a_run_is_an_outsiders_when_theirs_may_have_started_it(other, found):
    others = {"ci.yml": f"name: CI\non: {other}\njobs: {{a: {{runs-on: x}}}}\n"} if other else {}
    assert access("a: {runs-on: x}", event="workflow_run", on=RUN, **others) is found


def test_jobs_that_wait_for_each_other_end():
    workflow = workflow_of("on: issues\njobs:\n  a: {runs-on: x, needs: b}\n  b: {runs-on: x, needs: a}\n")
    assert job_access(workflow, workflow.jobs["a"], "issues") is OPEN
