"""`bors.toml`."""

from __future__ import annotations

import pytest

from gate_harness import contexts, only, quoted, tree


def test_what_bors_waits_for():
    gate = only(
        {
            "bors.toml": (
                'status = ["ci", "test (%)"]\npr-status = ["dco"]\nrequired_approvals = 2\nuse_codeowners = true\n'
            ),
            ".github/bors.toml": 'status = ["not read"]\n',
        }
    )
    assert (gate.kind, gate.path, gate.name) == ("bors", "bors.toml", "bors")
    assert contexts(gate) == ["ci", "test (%)", "dco"]
    assert [check.occasion for check in gate.checks] == ["staging", "staging", "pull_request"]
    assert gate.checks[0].accepts("ci") is True
    assert gate.checks[1].accepts("test (3.12)") is True
    assert gate.checks[1].accepts("lint") is False
    assert '"ci"' in quoted(gate, gate.checks[0].span)
    assert gate.reviews is not None
    assert gate.reviews.count is not None
    assert gate.reviews.count.value == 2
    assert gate.reviews.code_owner is not None
    assert gate.applies_to("anything", None) is True


def test_owners_alone_are_reviews():
    gate = only({".github/bors.toml": 'status = ["ci"]\nuse-codeowners = true\n'})
    assert gate.reviews is not None
    assert gate.reviews.count is None
    assert gate.reviews.locator == "use-codeowners"
    assert only({"bors.toml": 'block_labels = ["wip"]\n'}).checks == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('status = "ci"\n', "'status' must be a list, or Bors refuses the file"),
        ("timeout_sec = 60\n", "Bors refuses a file without status, pr_status and block_labels"),
        ("status = [\n", None),
    ],
)
def test_what_bors_refuses_is_unreadable(text, reason):
    snapshot = tree({"bors.toml": text})
    assert not snapshot.gates
    assert reason is None or snapshot.unreadable["bors.toml"].reason == reason
    assert list(snapshot.unreadable) == ["bors.toml"]


def test_a_status_without_a_name_is_listed():
    snapshot = tree({"bors.toml": 'status = ["", "ci"]\n'})
    assert contexts(snapshot.gates[0]) == ["ci"]
    assert snapshot.unreadable["bors.toml"].reason == "a status needs a name"
