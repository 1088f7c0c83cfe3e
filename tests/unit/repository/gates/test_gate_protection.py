"""Branch protection as JSON."""

from __future__ import annotations

import pytest

from gate_harness import contexts, only, quoted, tree

PATH = ".github/branch-protection.json"

BODY = {
    "required_status_checks": {"strict": True, "contexts": ["build", "oracle-check"]},
    "enforce_admins": True,
    "required_pull_request_reviews": {
        "dismiss_stale_reviews": True,
        "require_code_owner_reviews": True,
        "required_approving_review_count": 1,
        "require_last_push_approval": True,
        "bypass_pull_request_allowances": {"users": ["amy"], "teams": [{"slug": "core"}], "apps": []},
    },
    "restrictions": None,
    "required_linear_history": True,
    "allow_force_pushes": False,
    "allow_deletions": False,
    "required_conversation_resolution": True,
    "lock_branch": False,
}


def test_a_body_that_is_sent():
    gate = only({PATH: BODY})
    assert gate.kind == "branch_protection"
    assert gate.classic
    assert gate.branch_assumed
    assert gate.applies_to("main", "main") is True
    assert gate.applies_to("dev", "main") is False
    assert contexts(gate) == ["build", "oracle-check"]
    assert quoted(gate, gate.checks[1].span) == '"oracle-check"'
    assert gate.checks[1].locator == "required_status_checks.contexts[oracle-check]"
    assert gate.checks[1].integration is None
    assert gate.strict is not None
    assert gate.strict.value
    assert gate.enforce_admins is not None
    assert gate.enforce_admins.value
    assert gate.reviews is not None
    assert gate.reviews.last_push is not None
    assert gate.reviews.dismiss_stale is not None
    assert [(bypass.actor, bypass.name, bypass.covers) for bypass in gate.bypasses] == [
        ("user", "amy", "reviews"),
        ("team", "core", "reviews"),
    ]
    assert gate.linear_history is not None
    assert gate.conversation_resolution is not None
    assert gate.locked is not None
    assert gate.restrictions is None
    assert not gate.ignored_keys


def test_an_answer_of_the_api():
    url = "https://api.github.com/repos/me/app/branches/release%2F1/protection"
    answer = {
        "url": url,
        "required_status_checks": {
            "url": url + "/required_status_checks",
            "strict": False,
            "contexts": ["build", "CodeQL"],
            "contexts_url": url,
            "checks": [{"context": "build", "app_id": 15368}, {"context": "CodeQL", "app_id": -1}],
        },
        "enforce_admins": {"url": url, "enabled": False},
        "required_signatures": {"url": url, "enabled": True},
        "restrictions": {"users": [{"login": "amy"}], "teams": [{"slug": "core"}], "apps": []},
        "required_linear_history": {"enabled": False},
    }
    gate = only({PATH: answer}, slug="Me/App")
    assert gate.name == "release/1"
    assert gate.include[0].literal == "release/1"
    assert [(check.context, check.integration) for check in gate.checks] == [("build", 15368), ("CodeQL", -1)]
    assert gate.enforce_admins is not None
    assert gate.enforce_admins.value is False
    assert quoted(gate, gate.enforce_admins.span) == "false"
    assert [(bypass.actor, bypass.covers) for bypass in gate.bypasses] == [("admin", "gate")]
    assert gate.signatures is not None
    assert gate.signatures.value
    assert gate.restrictions is not None
    assert gate.restrictions.value == ("amy", "core")
    assert gate.certain
    assert only({PATH: answer}, slug="me/other").doubt == "the file was answered for the repository 'me/app'"


@pytest.mark.parametrize(
    ("path", "content", "branches", "locators"),
    [
        (PATH, {"branch": "dev", **BODY}, ["dev"], [""]),
        (PATH, {"pattern": "release/*", **BODY}, ["release/*"], [""]),
        (PATH, {"branch_protection": {"main": BODY}}, ["main"], ["branch_protection.main"]),
        (PATH, {"main": {"protection_rules": BODY}}, ["main"], ["main.protection_rules"]),
        (PATH, {"branches": [{"name": "main", "protection": BODY}]}, ["main"], ["branches[main].protection"]),
        (
            PATH,
            {"protection_rules": [{"branch": "main", **BODY}, {"pattern": "dev", **BODY}]},
            ["main", "dev"],
            ["protection_rules[main]", "protection_rules[dev]"],
        ),
        (PATH, [{"branch": "main", **BODY}], ["main"], ["[main]"]),
        (".github/branch-protection-develop.json", BODY, ["develop"], [""]),
        (".github/main.protection.json", BODY, ["main"], [""]),
        (".github/branch-protection-frontend.json", BODY, ["~DEFAULT_BRANCH"], [""]),
        (PATH, {"name": "Main branch rules", **BODY}, ["~DEFAULT_BRANCH"], [""]),
    ],
)
def test_the_branch_is_found_around_the_body(path, content, branches, locators):
    gates = tree({path: content}).gates
    assert [gate.include[0].text for gate in gates] == branches
    assert [gate.locator for gate in gates] == locators
    assert [gate.branch_assumed for gate in gates] == [branch == "~DEFAULT_BRANCH" for branch in branches]


def test_checks_in_other_forms():
    mixed = {**BODY, "required_status_checks": {"strict": True, "contexts": [], "checks": [{"context": "a"}, "b"]}}
    gate = only({PATH: mixed})
    assert contexts(gate) == ["a", "b"]
    assert gate.checks_at is not None
    assert quoted(gate, gate.checks_at) == '"checks"'
    assert contexts(only({PATH: {**BODY, "required_status_checks": ["a"]}})) == ["a"]
    empty = only({PATH: {**BODY, "required_status_checks": {"strict": True, "contexts": []}}})
    assert empty.checks == ()
    assert empty.checks_at is not None
    assert quoted(empty, empty.checks_at) == '"contexts"'
    bare = only({PATH: {**BODY, "required_status_checks": {"strict": True}}})
    assert bare.checks_at is not None
    assert quoted(bare, bare.checks_at) == '"required_status_checks"'
    none = only({PATH: {**BODY, "required_status_checks": None, "required_pull_request_reviews": None}})
    assert (none.checks, none.checks_at, none.strict, none.reviews) == ((), None, None, None)


def test_null_means_off():
    gate = only({PATH: {**BODY, "enforce_admins": None}})
    assert gate.enforce_admins is not None
    assert gate.enforce_admins.value is False
    assert gate.bypasses[0].actor == "admin"


def test_keys_on_the_wrong_level_are_noted():
    gate = only(
        {PATH: {**BODY, "contexts": ["x"], "strict": True, "checks": ["z"], "options": {"required_checks": ["y"]}}}
    )
    assert [key.locator for key in gate.ignored_keys] == ["contexts", "strict", "checks", "options.required_checks"]
    assert quoted(gate, gate.ignored_keys[0].span) == '"contexts"'
    assert not only({PATH: {**BODY, "contexts": [], "checks": None, "required_checks": {}}}).ignored_keys


def test_wrong_types_are_listed_with_their_place():
    wrong = {**BODY, "required_linear_history": "perhaps", "required_pull_request_reviews": "yes"}
    snapshot = tree({PATH: wrong})
    assert snapshot.gates[0].linear_history is None
    assert snapshot.unreadable[PATH].line > 1
    nameless = {**BODY, "required_status_checks": {"strict": True, "contexts": {"a": 1}, "checks": [{"app_id": 1}]}}
    snapshot = tree({PATH: nameless})
    assert snapshot.gates[0].checks == ()
    assert snapshot.unreadable[PATH].reason == "a list is expected here"
    scalar = tree({PATH: {**BODY, "required_status_checks": True}})
    assert not scalar.gates[0].checks
    assert scalar.unreadable[PATH].reason == "'required_status_checks' must be a mapping"


def test_what_is_no_protection_is_left_alone():
    assert not tree({PATH: {"required_status_checks": []}}).gates
    assert not tree({PATH: {"enforcement": "active", "x": [[[[[[[BODY]]]]]]]}}).gates
