"""Exported rulesets."""

from __future__ import annotations

from gate_harness import contexts, only, quoted, tree

PATH = ".github/rulesets/main.json"

RULESET = {
    "name": "main protection",
    "target": "branch",
    "enforcement": "active",
    "conditions": {
        "ref_name": {"include": ["~DEFAULT_BRANCH", "refs/heads/release/*"], "exclude": ["refs/heads/release/old"]}
    },
    "bypass_actors": [
        {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"},
        {"actor_id": 99, "actor_type": "Team", "bypass_mode": "pull_request"},
        {"actor_id": None, "actor_type": "DeployKey", "bypass_mode": "always"},
    ],
    "rules": [
        {"type": "deletion"},
        {"type": "non_fast_forward"},
        {"type": "required_linear_history"},
        {"type": "required_signatures"},
        {
            "type": "pull_request",
            "parameters": {
                "required_approving_review_count": 2,
                "dismiss_stale_reviews_on_push": True,
                "require_code_owner_review": True,
                "require_last_push_approval": False,
                "required_review_thread_resolution": True,
            },
        },
        {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": True,
                "required_status_checks": [
                    {"context": "build", "integration_id": 15368},
                    {"context": "CodeQL", "integration_id": None},
                    {"context": "license/cla"},
                ],
            },
        },
        {"type": "merge_queue", "parameters": {"grouping_strategy": "ALLGREEN", "max_entries_to_build": 5}},
        {"type": "workflows", "parameters": {"workflows": [{"path": ".github/workflows/ci.yml", "repository_id": 1}]}},
        {"type": "branch_name_pattern", "parameters": {"operator": "starts_with", "pattern": "x"}},
    ],
}


def changed(**keys):
    return {**RULESET, **keys}


def test_every_setting_keeps_its_place():
    gate = only({PATH: RULESET})
    assert (gate.kind, gate.name, gate.target) == ("ruleset", "main protection", "branch")
    assert gate.enforcement.value == "active"
    assert quoted(gate, gate.enforcement.span) == '"active"'
    assert quoted(gate, gate.span) == '"main protection"'
    assert contexts(gate) == ["build", "CodeQL", "license/cla"]
    assert [check.integration for check in gate.checks] == [15368, None, None]
    assert quoted(gate, gate.checks[0].span) == '"build"'
    assert gate.checks[0].locator == "rules[required_status_checks].parameters.required_status_checks[build]"
    assert gate.checks_at is not None
    assert quoted(gate, gate.checks_at) == '"required_status_checks"'
    assert gate.strict is not None
    assert gate.strict.value is True
    assert gate.reviews is not None
    assert gate.reviews.count is not None
    assert gate.reviews.count.value == 2
    assert gate.reviews.code_owner is not None
    assert gate.reviews.code_owner.value is True
    assert gate.reviews.code_owner.locator == "rules[pull_request].parameters.require_code_owner_review"
    assert gate.reviews.last_push is not None
    assert gate.reviews.last_push.value is False
    assert gate.linear_history is not None
    assert quoted(gate, gate.linear_history.span) == '"required_linear_history"'
    assert gate.signatures is not None
    assert gate.conversation_resolution is not None
    assert gate.force_pushes is not None
    assert gate.force_pushes.value is False
    assert gate.deletions is not None
    assert gate.merge_queue is not None
    assert gate.merge_queue.settings["max_entries_to_build"].value == "5"
    assert [word.value for word in gate.workflows] == [".github/workflows/ci.yml"]
    assert [(bypass.actor, bypass.name, bypass.mode) for bypass in gate.bypasses] == [
        ("admin", "5", "always"),
        ("team", "99", "pull_request"),
        ("deploy_key", "", "always"),
    ]
    assert not gate.classic
    assert gate.certain
    assert gate.active


def test_branches():
    gate = only({PATH: RULESET})
    assert gate.applies_to("main", "main") is True
    assert gate.applies_to("dev", "main") is False
    assert gate.applies_to("release/1", "main") is True
    assert gate.applies_to("release/old", "main") is False
    assert gate.applies_to("main", None) is None
    assert only({PATH: changed(target="tag")}).applies_to("main", "main") is False
    odd = changed(conditions={"ref_name": {"include": ["~ALL"], "exclude": ["~WHAT"]}})
    assert only({PATH: odd}).applies_to("main", "main") is None
    assert only({PATH: changed(conditions={"ref_name": {}})}).applies_to("main", "main") is False


def test_lists_and_wrappers():
    gates = tree({"rulesets.json": [RULESET, changed(name="second"), {"id": 3}]}).gates
    assert [(gate.name, gate.locator) for gate in gates] == [
        ("main protection", "[main protection]"),
        ("second", "[second]"),
    ]
    assert only({"config/ruleset.json": {"ruleset": RULESET}}).locator == "ruleset"
    assert [gate.locator for gate in tree({"a/rulesets/all.json": {"rulesets": [RULESET]}}).gates] == [
        "rulesets[main protection]"
    ]


def test_enforcement_that_enforces_nothing():
    assert only({PATH: changed(enforcement="evaluate")}).active is False
    silent = {key: value for key, value in RULESET.items() if key != "enforcement"}
    assert only({PATH: silent}).enforcement.value == ""
    snapshot = tree({PATH: changed(enforcement="on")})
    assert snapshot.gates[0].active is False
    assert snapshot.unreadable[PATH].reason == "'enforcement' must be active, evaluate or disabled"
    assert snapshot.unreadable[PATH].line == 4


def test_a_key_on_the_wrong_level_is_noted():
    stray = changed(
        required_status_checks=["build"],
        rules=[
            {"type": "required_status_checks", "required_status_checks": [{"context": "build"}]},
            {"type": "pull_request", "parameters": {"required_status_checks": ["build"]}},
        ],
    )
    gate = only({PATH: stray})
    assert not gate.checks
    assert gate.checks_at is not None
    assert quoted(gate, gate.checks_at) == '"required_status_checks"'
    assert [key.locator for key in gate.ignored_keys] == [
        "required_status_checks",
        "rules[required_status_checks].required_status_checks",
        "rules[pull_request].parameters.required_status_checks",
    ]


def test_wrong_types_are_listed_and_the_rest_is_read():
    broken = changed(
        bypass_actors=["everybody"],
        rules=[
            {"type": "required_status_checks", "parameters": {"required_status_checks": [{"name": "x"}, "plain"]}},
            {"type": "pull_request", "parameters": {"required_approving_review_count": "many"}},
            {"type": "merge_queue", "parameters": {"max_entries_to_build": None, "rules": {}}},
        ],
    )
    snapshot = tree({PATH: broken})
    gate = snapshot.gates[0]
    assert contexts(gate) == ["plain"]
    assert gate.reviews is not None
    assert gate.reviews.count is None
    assert snapshot.unreadable[PATH].reason == "a bypass actor is a mapping of actor_id, actor_type and bypass_mode"


def test_two_rules_of_checks_add_up():
    def rule(name, strict):
        return {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": strict,
                "required_status_checks": [{"context": name}],
            },
        }

    gate = only({PATH: changed(rules=[rule("a", strict=True), rule("b", strict=False)])})
    assert contexts(gate) == ["a", "b"]
    assert gate.strict is not None
    assert gate.strict.value is True


def test_an_organization_names_the_repositories():
    named = changed(
        conditions={"ref_name": {"include": ["~ALL"]}, "repository_name": {"include": ["api-*"], "exclude": ["api-x"]}}
    )
    assert only({PATH: named}, slug="me/api-1").certain
    assert only({PATH: named}, slug="me/api-x").doubt == "the ruleset does not cover the repository 'api-x'"
    assert "not known" in only({PATH: named}).doubt
    every = changed(conditions={"ref_name": {"include": ["~ALL"]}, "repository_name": {"include": ["~ALL"]}})
    assert only({PATH: every}).certain
    by_property = changed(conditions={"ref_name": {"include": ["~ALL"]}, "repository_property": {"include": []}})
    assert not only({PATH: by_property}).certain
    assert not only({PATH: changed(source_type="Organization")}).certain


def test_an_export_names_its_repository():
    export = changed(id=7, source_type="Repository", source="Me/App")
    gate = only({PATH: export}, slug="me/app")
    assert (gate.number, gate.certain) == ("7", True)
    assert only({PATH: export}).certain
    assert only({PATH: export}, slug="me/copy").doubt == "the ruleset was exported from the repository 'Me/App'"


def test_the_ways_to_merge_are_read():
    rule = {"type": "pull_request", "parameters": {"allowed_merge_methods": ["squash", "rebase"]}}
    reviews = only({PATH: changed(rules=[rule])}).reviews
    assert reviews is not None
    assert reviews.merge_methods == ("squash", "rebase")
    assert reviews.count is None


def test_where_json_is_looked_for():
    found = {
        ".github/x.json",
        ".github/deep/x.json",
        "sub/.github/x.json",
        "infra/Rulesets/x.json",
        "infra/branch_protection.json",
    }
    skipped = {
        "x.json",
        ".github/a/b/x.json",
        "node_modules/rulesets/x.json",
        "tests/rulesets/x.json",
        "a/__fixtures__/ruleset.json",
        ".github/rulesets/main.yml",
    }
    snapshot = tree(dict.fromkeys(found | skipped, RULESET))
    assert {gate.path for gate in snapshot.gates} == found
    assert set(snapshot.read) == found


def test_other_json_is_not_parsed():
    snapshot = tree(
        {".github/labels.json": "[not json", ".github/renovate.json": {"enforcement": 1}, ".github/r.json": [1]}
    )
    assert not snapshot.gates
    assert not snapshot.unreadable


def test_a_broken_ruleset_is_unreadable_and_the_rest_goes_on():
    snapshot = tree({PATH: '{"enforcement": "active",', ".github/rulesets/b.json": RULESET})
    assert [gate.path for gate in snapshot.gates] == [".github/rulesets/b.json"]
    assert list(snapshot.unreadable) == [PATH]


def test_templates_are_told():
    def template(path, ruleset):
        return only({path: ruleset}).template

    assert not template(PATH, RULESET)
    assert template(".github/rulesets/main.example.json", RULESET)
    assert template("docs/rulesets/main.json", RULESET)
    assert template("templates/.github/x.json", RULESET)
    assert template(PATH, changed(_comment="A template: copy it and fill in the checks."))
    rule = {
        "type": "required_status_checks",
        "parameters": {"required_status_checks": [{"context": "<your check>"}]},
    }
    assert template(PATH, changed(rules=[rule]))
