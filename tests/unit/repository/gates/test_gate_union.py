"""The effective gate of a branch."""

from __future__ import annotations

from gate_harness import tree
from phase_mirror.repository.gates.model import ANY_APP
from phase_mirror.repository.gates.reader import MOST_GATES
from phase_mirror.repository.gates.union import effective, protected_branches


def ruleset(name="r", *, enforcement="active", include=("~DEFAULT_BRANCH",), rules=(), **more):
    return {
        "name": name,
        "target": "branch",
        "enforcement": enforcement,
        "conditions": {"ref_name": {"include": list(include), "exclude": []}},
        "rules": list(rules),
        **more,
    }


def checks(*items, strict=False):
    return {
        "type": "required_status_checks",
        "parameters": {
            "strict_required_status_checks_policy": strict,
            "required_status_checks": [item if isinstance(item, dict) else {"context": item} for item in items],
        },
    }


def reviews(count, **more):
    return {"type": "pull_request", "parameters": {"required_approving_review_count": count, **more}}


def gates(*rulesets, **files):
    named = {f".github/rulesets/{number}.json": content for number, content in enumerate(rulesets)}
    return tree({**named, **files.get("files", {})}, slug=files.get("slug", "")).gates


ADMIN = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}


def test_layers_add_up_and_the_strictest_counts():
    first = ruleset(
        "a",
        rules=[checks("build", strict=True), reviews(1, require_code_owner_review=False), {"type": "deletion"}],
        bypass_actors=[ADMIN],
    )
    second = ruleset(
        "b",
        rules=[
            checks({"context": "build", "integration_id": 15368}, "lint"),
            reviews(2, require_code_owner_review=True, dismiss_stale_reviews_on_push=True),
            {"type": "merge_queue", "parameters": {}},
            {"type": "required_linear_history"},
        ],
    )
    protection = {
        "branch": "main",
        "required_status_checks": {"strict": False, "contexts": ["docs"]},
        "enforce_admins": True,
        "required_pull_request_reviews": {"required_approving_review_count": 1},
    }
    gate = effective(gates(first, second, files={".github/branch-protection.json": protection}), "main", "main")
    assert gate.exists
    assert gate.complete
    assert [check.context for check in gate.checks] == ["docs", "build", "lint"]
    build = gate.checks[1]
    assert [layer.name for layer, _ in build.sources] == ["a", "b"]
    assert build.integration == 15368
    assert build.first.integration is None
    assert gate.strict is not None
    assert (gate.strict.gate.name, gate.strict.value.value) == ("a", True)
    assert gate.count is not None
    assert (gate.count.gate.name, gate.count.value.value) == ("b", 2)
    assert gate.code_owner is not None
    assert gate.code_owner.value.value is True
    assert gate.dismiss_stale is not None
    assert gate.last_push is None
    assert gate.linear_history is not None
    assert gate.signatures is None
    assert gate.conversation_resolution is None
    assert gate.pull_request is not None
    assert gate.merge_queue is not None
    assert gate.merge_queue[0].name == "b"
    assert [layer.name for layer in gate.force_pushes] == ["main"]
    assert [layer.name for layer in gate.deletions] == ["main", "a"]
    assert [(layer.name, bypass.actor) for layer, bypass in gate.bypasses] == [("a", "admin")]
    assert [layer.name for layer in gate.unavoidable] == ["main", "b"]


def test_what_enforces_nothing_is_no_layer():
    gate = effective(
        gates(
            ruleset("off", enforcement="disabled", rules=[checks("x")]),
            ruleset("trial", enforcement="evaluate", rules=[checks("y")]),
            ruleset("other", include=["refs/heads/dev"], rules=[checks("z")]),
            ruleset("tags", target="tag", rules=[{"type": "deletion"}]),
            ruleset("shown", rules=[checks("<name>")]),
        ),
        "main",
        "main",
    )
    assert not gate.exists
    assert [layer.name for layer in gate.idle] == ["off", "trial"]
    assert gate.checks == ()
    assert gate.count is None


def test_doubt_is_kept_apart():
    rulesets = (
        ruleset("organization", source_type="Organization", rules=[checks("x")]),
        ruleset("idle", enforcement="disabled", source_type="Organization"),
    )
    gate = effective(gates(*rulesets), "main", "main")
    assert [layer.name for layer in gate.doubtful] == ["organization"]
    assert not gate.idle
    assert not gate.complete
    unknown = effective(gates(ruleset("default")), "main", None)
    assert [layer.name for layer in unknown.doubtful] == ["default"]


def test_mergify_and_bors_stand_beside():
    files = {
        "bors.toml": 'status = ["ci"]\n',
        ".mergify.yml": "queue_rules:\n  - {name: q, merge_conditions: [check-success=ci]}\n",
    }
    gate = effective(gates(files=files), "main", "main")
    assert not gate.exists
    assert {layer.kind for layer in gate.beside} == {"mergify", "bors"}
    assert gate.merge_queue is None


def test_settings_that_extend_are_not_complete():
    settings = "_extends: .github\nbranches:\n  - name: main\n    protection: {enforce_admins: true}\n"
    gate = effective(gates(files={".github/settings.yml": settings}), "main", "main")
    assert gate.exists
    assert not gate.complete


def test_any_app_is_an_answer_and_silence_is_none():
    asf = "github:\n  protected_branches:\n    main: {required_status_checks: {contexts: [a]}}\n"
    gate = effective(gates(files={".asf.yaml": asf}), "main", "main")
    assert gate.checks[0].integration == ANY_APP
    assert effective(gates(ruleset(rules=[checks("a")])), "main", "main").checks[0].integration is None


def test_the_branches_that_gates_name():
    found = gates(
        ruleset("a", include=["~DEFAULT_BRANCH", "refs/heads/release/1"]),
        ruleset("b", enforcement="disabled", include=["refs/heads/dev"]),
        ruleset("c", include=["refs/heads/release/*", "refs/heads/dev"]),
        ruleset("d", target="tag", include=["refs/tags/v1"]),
        ruleset("e", source_type="Organization", include=["refs/heads/else"]),
        ruleset("f", include=["~ALL"], rules=[checks("<name>")]),
    )
    assert protected_branches(found, "main") == ["main", "release/1", "dev"]
    assert protected_branches(found, None) == ["release/1", "dev"]


def test_the_number_of_gates_is_bounded():
    branches = "".join(f"    b{number}: {{}}\n" for number in range(MOST_GATES + 5))
    snapshot = tree({".asf.yaml": f"github:\n  protected_branches:\n{branches}", "bors.toml": 'status = ["ci"]\n'})
    assert len(snapshot.gates) == MOST_GATES
    assert snapshot.unreadable[".asf.yaml"].reason == "more than 1000 gates in one repository"
