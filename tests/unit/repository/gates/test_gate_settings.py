"""The Settings app and safe-settings."""

from __future__ import annotations

from gate_harness import contexts, only, quoted, tree

PATH = ".github/settings.yml"

SETTINGS = """repository:
  allow_merge_commit: false
branches:
  - name: main
    protection:
      required_status_checks:
        strict: true
        contexts: [build, lint]
        checks:
          - context: lint
            app_id: 15368
      enforce_admins: true
      required_pull_request_reviews:
        required_approving_review_count: 2
        require_code_owner_reviews: true
      restrictions: null
"""


def test_a_protected_branch():
    gate = only({PATH: SETTINGS})
    assert (gate.kind, gate.name, gate.locator) == ("settings", "main", "branches[main]")
    assert gate.classic
    assert gate.active
    assert gate.certain
    assert not gate.partial
    assert not gate.branch_assumed
    assert quoted(gate, gate.span) == "main"
    assert contexts(gate) == ["build", "lint"]
    assert [check.integration for check in gate.checks] == [None, 15368]
    assert gate.checks[0].locator == "branches[main].protection.required_status_checks.contexts[build]"
    assert gate.reviews is not None
    assert gate.reviews.count is not None
    assert quoted(gate, gate.reviews.count.span) == "2"
    assert gate.applies_to("main", None) is True
    assert gate.applies_to("mainline", None) is False


def test_a_protection_that_is_taken_away():
    gates = tree(
        {PATH: "branches:\n  - name: a\n    protection: null\n  - {name: b, protection: {}}\n  - name: c\n"}
    ).gates
    assert [(gate.name, gate.enforcement.value) for gate in gates] == [
        ("a", "disabled"),
        ("b", "disabled"),
        ("c", "disabled"),
    ]


def test_branches_that_the_api_does_not_take_are_unknown():
    body = "    protection:\n      enforce_admins: true\n"
    gates = tree({PATH: f"branches:\n  - name: release/*\n{body}  - name: default\n{body}  - protection: {{}}\n"}).gates
    assert [gate.applies_to("release/1", "main") for gate in gates] == [None, None, False]
    assert not tree({PATH: "branches: [main]\n"}).gates


def test_rulesets_stand_beside_branches():
    gate = only(
        {
            PATH: """rulesets:
  - name: strict
    target: branch
    enforcement: active
    conditions: {ref_name: {include: [~DEFAULT_BRANCH], exclude: []}}
    rules:
      - type: required_status_checks
        parameters:
          required_status_checks: [{context: build}]
"""
        }
    )
    assert (gate.kind, gate.name, gate.locator) == ("settings", "strict", "rulesets[strict]")
    assert contexts(gate) == ["build"]


def test_keys_on_the_wrong_level_are_noted():
    snapshot = tree(
        {
            PATH: """required_status_checks:
  contexts: [a]
branches:
  - name: main
    contexts: [b]
    protection:
      strict: true
      enforce_admins: true
  - name: dev
    protection:
      required_status_checks: {strict: true, contexts: [c], required_contexts: []}
"""
        }
    )
    found = [(gate.name, [key.locator for key in gate.ignored_keys]) for gate in snapshot.gates]
    assert found == [
        ("main", ["branches[main].contexts", "branches[main].protection.strict"]),
        ("dev", []),
        ("", ["required_status_checks"]),
    ]
    assert snapshot.gates[2].active is False
    assert snapshot.gates[2].include == ()


def test_settings_that_extend_others_are_partial():
    assert only({PATH: "_extends: .github\n" + SETTINGS}).partial


def test_a_safe_settings_repository_speaks_of_others():
    body = "branches:\n  - name: default\n    protection:\n      enforce_admins: false\n"
    files = {
        PATH: body,
        ".github/suborgs/web.yml": "suborgrepos: [web-*]\n" + body,
        ".github/suborgs/team.yml": "suborgteams: [core]\n" + body,
        ".github/repos/web-1.yml": body,
        ".github/repos/other.yml": body,
    }

    def found(slug):
        return [(gate.path, gate.certain) for gate in tree(files, slug=slug).gates]

    assert found("me/web-1") == [
        (".github/repos/web-1.yml", True),
        (PATH, False),
        (".github/suborgs/team.yml", False),
        (".github/suborgs/web.yml", True),
    ]
    assert found("me/admin") == [(".github/suborgs/team.yml", False)]
    assert not any(sure for _, sure in found(""))
    gates = tree(files, slug="me/web-1").gates
    assert {gate.kind for gate in gates} == {"safe_settings"}
    assert all(gate.partial for gate in gates)
    assert gates[0].applies_to("main", "main") is True
    assert gates[0].bypasses[0].actor == "admin"


def test_safe_settings_in_a_folder_of_its_own():
    body = "branches:\n  - name: main\n    protection:\n      enforce_admins: true\n"
    gates = tree({"safe-settings/settings.yml": body, PATH: body}, slug="me/web").gates
    assert [(gate.path, gate.kind, gate.certain) for gate in gates] == [
        (PATH, "settings", True),
        ("safe-settings/settings.yml", "safe_settings", False),
    ]


def test_a_settings_file_that_is_not_yaml_is_unreadable():
    snapshot = tree({PATH: "branches: [\n"})
    assert not snapshot.gates
    assert list(snapshot.unreadable) == [PATH]
