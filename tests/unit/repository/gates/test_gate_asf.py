"""`.asf.yaml`."""

from __future__ import annotations

from gate_harness import contexts, only, quoted, tree

PATH = ".asf.yaml"


def asf(body):
    return {PATH: "github:\n" + "".join(f"  {line}\n" for line in body.strip("\n").split("\n"))}


PROTECTED = """
protected_branches:
  main:
    required_status_checks:
      strict: true
      contexts: [Required]
      checks:
        - context: other
          app_id: 7
    required_pull_request_reviews:
      required_approving_review_count: 1
      require_code_owner_reviews: true
    required_linear_history: true
  branch-1: {}
"""


def test_protected_branches():
    gates = tree(asf(PROTECTED), slug="apache/app").gates
    assert [(gate.name, gate.active, gate.certain) for gate in gates] == [
        ("main", True, True),
        ("branch-1", True, True),
    ]
    gate = gates[0]
    assert gate.kind == "asf"
    assert gate.classic
    assert quoted(gate, gate.span) == "main"
    assert [(check.context, check.integration) for check in gate.checks] == [("Required", -1), ("other", 7)]
    assert gate.checks[0].locator == "github.protected_branches.main.required_status_checks.contexts[Required]"
    assert gate.strict is not None
    assert gate.reviews is not None
    assert gate.linear_history is not None
    assert gate.applies_to("main", None) is True
    assert gate.applies_to("branch-1", "main") is False
    assert not any(gate.ignored_keys for gate in gates)


def test_only_the_foundation_reads_the_file():
    assert not any(gate.certain for gate in tree(asf(PROTECTED), slug="me/fork").gates)
    assert all(gate.certain for gate in tree(asf(PROTECTED)).gates)
    assert not tree({"sub/.asf.yaml": asf(PROTECTED)[PATH]}).gates


def test_a_branch_that_is_no_mapping_is_not_protected():
    snapshot = tree(asf("protected_branches:\n  main: yes"))
    assert snapshot.gates[0].active is False
    assert "must be a mapping" in snapshot.unreadable[PATH].reason
    assert not tree(asf("protected_branches: ~")).gates


def test_keys_on_the_wrong_level_are_noted():
    files = asf(
        """
required_status_checks:
  contexts: [a]
protected_branches:
  required_status_checks: {contexts: [b]}
  main:
    contexts: [c]
    checks: [d]
    required_pull_request_reviews:
      required_status_checks: {contexts: [e]}
"""
    )
    snapshot = tree({PATH: "required_checks: [z]\n" + files[PATH]})
    found = [key.locator for gate in snapshot.gates for key in gate.ignored_keys]
    assert set(found) == {
        "required_checks",
        "github.required_status_checks",
        "github.protected_branches.required_status_checks",
        "github.protected_branches.main.contexts",
        "github.protected_branches.main.checks",
        "github.protected_branches.main.required_pull_request_reviews.required_status_checks",
    }
    assert len(found) == len(set(found))


def test_a_ruleset_of_the_foundation():
    gate = only(
        asf(
            """
rulesets:
  - name: default
    type: branch
    branches:
      includes: ["~DEFAULT_BRANCH", release/*]
      excludes: [release/old]
    bypass_teams: [root]
    restrict_deletion: true
    restrict_force_push: false
    required_linear_history: true
    required_signatures: false
    required_conversation_resolution: true
    required_status_checks:
      - name: build
        app_slug: github-actions
      - name: scan
        app_slug: scanner
      - context: old
        integration_id: 9
      - plain
    required_status_checks_strict: true
    required_pull_request_reviews:
      required_approving_review_count: 2
      require_last_push_approval: true
"""
        )
    )
    assert (gate.kind, gate.name, gate.classic) == ("asf", "default", False)
    assert [(check.context, check.integration, check.app) for check in gate.checks] == [
        ("build", 15368, "github-actions"),
        ("scan", None, "scanner"),
        ("old", 9, ""),
        ("plain", -1, ""),
    ]
    assert gate.applies_to("main", "main") is True
    assert gate.applies_to("release/1", "main") is True
    assert gate.applies_to("release/old", "main") is False
    assert [(bypass.actor, bypass.name, bypass.mode) for bypass in gate.bypasses] == [("team", "root", "always")]
    assert gate.deletions is not None
    assert gate.deletions.value is False
    assert gate.force_pushes is not None
    assert gate.force_pushes.value is True
    assert gate.strict is not None
    assert gate.reviews is not None
    assert gate.reviews.last_push is not None


def test_short_rulesets_have_defaults():
    gate = only(asf("rulesets:\n  - name: x\n    refs: {includes: [main]}"))
    assert gate.include[0].text == "main"
    assert gate.checks_at is None
    assert gate.reviews is None
    assert gate.force_pushes is not None
    assert gate.force_pushes.value is False
    nameless = only(asf("rulesets:\n  - restrict_deletion: true"))
    assert nameless.name == ""
    assert nameless.include[0].text == "~DEFAULT_BRANCH"


def test_a_ruleset_in_the_form_of_the_api():
    gate = only(
        asf(
            """
rulesets:
  - name: api
    target: branch
    enforcement: active
    conditions: {ref_name: {include: [~ALL]}}
    rules: [{type: required_linear_history}]
"""
        )
    )
    assert gate.kind == "asf"
    assert gate.linear_history is not None


def test_checks_without_a_name_are_listed():
    snapshot = tree(asf("rulesets:\n  - name: x\n    required_status_checks: [{app_slug: y}, ok]"))
    assert contexts(snapshot.gates[0]) == ["ok"]
    assert snapshot.unreadable[PATH].reason == "a required check needs a name"
