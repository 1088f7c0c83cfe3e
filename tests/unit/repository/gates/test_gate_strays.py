"""Required-check keys where nothing reads them."""

from __future__ import annotations

import pytest

from gate_harness import tree
from phase_mirror.repository.gates.fields import Fields
from phase_mirror.repository.gates.strays import stray_keys


def found(text, read, *, inside=False):
    snapshot = tree({"x.yml": text})
    document = snapshot.document("x.yml")
    assert document is not None
    keys = stray_keys(Fields(snapshot, document, document.root), frozenset(read), "because", inside=inside)
    assert all(key.reason == "because" for key in keys)
    return [key.locator for key in keys]


@pytest.mark.parametrize(
    ("text", "read", "locators"),
    [
        ("contexts: [a]", set(), ["contexts"]),
        ("contexts: [a]", {"contexts"}, []),
        ("a: {contexts: [x]}", {"a"}, []),
        ("a: {b: {contexts: [x]}}", {"a.c"}, ["a.b.contexts"]),
        ("p: {main: {contexts: [x]}}", {"p.*.contexts"}, []),
        ("p: {contexts: [x]}", {"p.*.contexts"}, ["p.contexts"]),
        ("contexts: []", set(), []),
        ("contexts:", set(), []),
        ("contexts: {}", set(), []),
        ("required_checks: build", set(), ["required_checks"]),
        ("status_checks: {a: b}", set(), ["status_checks"]),
        ("checks: [a]", set(), []),
        ("jobs: [contexts]", set(), []),
    ],
)
def test_strays(text, read, locators):
    assert found(text, read) == locators


def test_inside_a_branch_more_keys_count():
    assert found("checks: [a]\nstrict: true", set(), inside=True) == ["checks", "strict"]


def test_what_lies_very_deep_is_left_alone():
    assert found("a: " + "{a: " * 13 + "{contexts: [x]}" + "}" * 13, set()) == []
