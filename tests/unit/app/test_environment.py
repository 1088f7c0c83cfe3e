import json

from phase_mirror.app.environment import read_environment
from phase_mirror.model.levels import Mode


def actions(tmp_path, name, event, **more):
    path = tmp_path / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event))
    return read_environment(
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_REPOSITORY": "octo/cat",
            "GITHUB_REPOSITORY_ID": "42",
            "GITHUB_SERVER_URL": "https://github.com",
            **more,
        }
    )


def test_outside_actions_nothing_is_assumed():
    environment = read_environment({"GITHUB_EVENT_NAME": "pull_request", "HOME": "/h"})
    assert environment.mode is Mode.LOCAL
    assert not environment.actions
    assert environment.base == ""


def test_a_pull_request_brings_base_and_branches(tmp_path):
    event = {
        "pull_request": {"base": {"sha": "b" * 40, "ref": "main"}},
        "repository": {"default_branch": "trunk"},
    }
    environment = actions(tmp_path, "pull_request", event)
    assert environment.mode is Mode.PULL_REQUEST
    assert environment.base == "b" * 40
    assert environment.base_branch == "main"
    assert environment.default_branch == "trunk"
    assert environment.repository_id == "github.com/42"


def test_a_merge_group_brings_its_base(tmp_path):
    event = {"merge_group": {"base_sha": "c" * 40, "base_ref": "refs/heads/main"}}
    environment = actions(tmp_path, "merge_group", event)
    assert (environment.mode, environment.base, environment.base_branch) == (Mode.MERGE_GROUP, "c" * 40, "main")


def test_a_schedule_is_drift_and_other_events_are_local(tmp_path):
    assert actions(tmp_path, "schedule", {}).mode is Mode.DRIFT
    assert actions(tmp_path, "push", {}).mode is Mode.LOCAL


def test_a_broken_event_leaves_the_base_to_the_flags(tmp_path):
    for broken in ("{", "[]", '{"pull_request": []}', "[" * 100_000):
        environment = actions(tmp_path, "pull_request", broken, GITHUB_BASE_REF="main")
        assert environment.mode is Mode.PULL_REQUEST
        assert environment.base == ""
        assert environment.base_branch == "main"
    assert read_environment({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": "/nowhere"}).base == ""
