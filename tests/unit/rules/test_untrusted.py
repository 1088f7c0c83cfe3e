"""What counts as written or named by an outsider, and which contexts an expression gives away."""

from __future__ import annotations

import pytest

from phase_mirror.repository.workflows.expressions import parse
from phase_mirror.rules.untrusted import COMMIT, NUMBER, ORIGIN, Flow, flows, flows_of, named, tainted


@pytest.mark.parametrize(
    ("path", "event", "found"),
    [
        ("github.event.issue.title", "issues", True),
        ("github.event.issue.title", "pull_request", False),
        ("github.event.issue.number", "issues", False),
        ("github.head_ref", "pull_request", True),
        ("github.head_ref", "issues", False),
        ("github.event.pages.0.title", "gollum", True),
        ("github.event.comment.body", "discussion_comment", True),
        ("github.event.pull_request.head.sha", "pull_request_target", False),
        ("github.event.head_commit.message", "push", False),
        ("github.event", "issues", False),
        ("inputs.title", "issues", False),
    ],
)
def test_a_text_belongs_to_an_event(path, event, found):
    assert (tainted(Flow(tuple(path.split("."))), event) is not None) is found


@pytest.mark.parametrize(
    ("path", "found"), [("github", True), ("github.event", True), ("github.event.issue", True), ("github.actor", False)]
)
def test_an_object_as_json_holds_every_text_below(path, found):
    assert (tainted(Flow(tuple(path.split(".")), json=True), "issues") is not None) is found


def test_a_body_has_many_lines_and_a_title_has_one():
    assert tainted(Flow(("github", "event", "issue", "body")), "issues").many_lines
    assert not tainted(Flow(("github", "event", "issue", "title")), "issues").many_lines


@pytest.mark.parametrize(
    ("path", "event", "kind"),
    [
        ("github.event.pull_request.head.sha", "pull_request_target", COMMIT),
        ("github.event.pull_request.head.sha", "pull_request", None),
        ("github.event.pull_request.head.ref", "pull_request_target", None),
        ("github.event.pull_request.head.repo.full_name", "pull_request_target", ORIGIN),
        ("github.event.workflow_run.head_sha", "workflow_run", COMMIT),
        ("github.event.workflow_run.pull_requests.0.number", "workflow_run", NUMBER),
        ("github.sha", "pull_request_target", None),
    ],
)
def test_code_is_named_by_commit_origin_or_number(path, event, kind):
    found = named(Flow(tuple(path.split("."))), event)
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("github.event.issue.title", ["github.event.issue.title"]),
        ("github.a || github.b", ["github.a", "github.b"]),
        ("github.a && github.b", ["github.b"]),
        ("github.a == github.b", []),
        ("!github.a", []),
        ("contains(github.a, 'x')", []),
        ("format('{0} {1}', github.a, github.b)", ["github.a", "github.b"]),
        ("join(github.a.*.b, ',')", ["github.a.*.b"]),
        ("fromJSON(github.a).b", []),
        ("case(github.a, github.b, github.c)", ["github.b", "github.c"]),
        ("'text'", []),
    ],
)
def test_only_what_can_be_the_result_flows(text, paths):
    assert [".".join(flow.path) for flow in flows_of(parse(text))] == paths


def test_json_is_marked_and_what_cannot_be_parsed_is_left_out():
    found = list(flows("a ${{ toJSON(github.a) }} b ${{ github. }} c"))
    assert [(start, flow.json) for start, _, inner in found for flow in inner] == [(2, True)]
