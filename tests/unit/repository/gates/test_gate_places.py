"""Where gate files lie, and which of them nobody applies."""

from __future__ import annotations

import pytest

from gate_harness import tree
from phase_mirror.repository.gates.places import is_blank, is_foreign, is_template, settings_files


@pytest.mark.parametrize(
    ("path", "foreign"),
    [
        (".github/rulesets/main.json", False),
        ("vendor/x/.github/rulesets/main.json", True),
        ("tests/rulesets/main.json", True),
        ("a/__fixtures__/ruleset.json", True),
        ("cassettes/test_protection/http.json", True),
        ("contest/ruleset.json", False),
        ("ruleset.test.json", False),
    ],
)
def test_files_of_others(path, foreign):
    assert is_foreign(path) is foreign


@pytest.mark.parametrize(
    ("path", "text", "template"),
    [
        (".github/rulesets/main.json", "{}", False),
        (".github/rulesets/main.template.json", "{}", True),
        ("examples/ruleset.json", "{}", True),
        ("repo-template/ruleset.json", "{}", True),
        (".github/r.json", '{"description": "An example to copy."}', True),
        (".github/r.json", '{"description": ["example"]}', False),
        (".github/r.json", '{"name": "example"}', False),
        (".github/r.json", '{"$comment": "keep in step with the settings"}', False),
        (".github/r.json", "[]", False),
    ],
)
def test_templates(path, text, template):
    document = tree({path: text}).document(path)
    assert document is not None
    assert is_template(document) is template


@pytest.mark.parametrize(
    ("name", "blank"),
    [
        ("<check name>", True),
        ("{{ check }}", True),
        ("${CHECK}", True),
        ("YOUR_CHECK", True),
        ("TODO", True),
        ("build", False),
        ("test (3.12)", False),
        ("your check", False),
        ("a < b", False),
    ],
)
def test_blanks(name, blank):
    assert is_blank(name) is blank


def test_settings_of_one_repository():
    assert settings_files(tree({".github/settings.yml": "{}"})) == [(".github/settings.yml", "settings", "")]
    assert settings_files(tree({"settings.yml": "{}"})) == []


def test_settings_of_many_repositories():
    snapshot = tree({".github/repos/web.yml": "{}", ".github/repos/notes.txt": "", ".github/suborgs/x.yml": "{}"})
    assert settings_files(snapshot) == [
        (".github/suborgs/x.yml", "safe_settings", ""),
        (".github/repos/web.yml", "safe_settings", "the file is for the repository 'web'"),
    ]
    assert settings_files(tree({".github/settings.yml": "{}"}, slug="me/admin")) == []
