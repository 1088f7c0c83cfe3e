"""What a `permissions` key grants, and what calls leave of it."""

from __future__ import annotations

import pytest

from phase_mirror.model.policy import TOKEN_SCOPES
from phase_mirror.repository.formats.yaml import read_yaml
from phase_mirror.repository.workflows.permissions import effective_grant, narrowest, permissions_node, read_grant
from workflow_harness import workflow_of


def grant(text):
    return read_grant(read_yaml("a.yml", text).root.get("permissions"))


@pytest.mark.parametrize(
    ("text", "contents", "writes"),
    [
        ("permissions: write-all", "write", sorted(TOKEN_SCOPES)),
        ("permissions: read-all", "read", []),
        ("permissions: {}", "none", []),
        ("permissions: {contents: read, issues: write}", "read", ["issues"]),
        ("permissions: {contents: none, id-token: write, checks: write}", "none", ["checks", "id-token"]),
        ("permissions: {contents: maybe, everything: write, issues: [write]}", "none", []),
    ],
)
def test_a_scope_that_is_not_named_or_not_known_is_none(text, contents, writes):
    found = grant(text)
    assert found.level("contents") == contents
    assert found.writes() == writes


@pytest.mark.parametrize("text", ["a: b", "permissions:", "permissions: everything", "permissions: [contents]"])
def test_what_cannot_be_understood_is_no_grant(text):
    assert grant(text) is None


def test_the_permissions_of_a_job_replace_those_of_its_workflow():
    workflow = workflow_of(
        "on: push\npermissions: write-all\njobs:\n  a: {runs-on: x}\n  b: {runs-on: x, permissions: {contents: read}}\n"
    )
    assert effective_grant(workflow, workflow.jobs["a"]).everything == "write-all"
    assert effective_grant(workflow, workflow.jobs["b"]).writes() == []
    assert permissions_node(workflow, workflow.jobs["a"]) is workflow.root.get("permissions")


def test_nothing_declared_is_left_to_the_settings():
    workflow = workflow_of("on: push\njobs:\n  a: {runs-on: x}\n")
    assert permissions_node(workflow, workflow.jobs["a"]) is None
    assert effective_grant(workflow, workflow.jobs["a"]) is None
    assert narrowest([], "contents") is None


def test_a_called_workflow_only_narrows():
    wide, narrow = grant("permissions: write-all"), grant("permissions: {contents: read}")
    assert narrowest([wide, narrow], "contents") is narrow
    assert narrowest([narrow, wide], "contents") is narrow
    assert narrowest([wide, wide.replace()], "contents") is not wide  # of equal ones the innermost decides
