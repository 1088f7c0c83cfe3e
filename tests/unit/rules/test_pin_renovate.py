"""Which Renovate set-ups say that actions are pinned by hash."""

import pytest

from phase_mirror.rules.renovate_pins import renovate_pins
from rule_harness import snapshot_of


def read(text, path="renovate.json"):
    return renovate_pins(snapshot_of({path: text.encode()}))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"extends": ["helpers:pinGitHubActionDigests"]}', "extends"),
        ('{"extends": ["x", "helpers:pinGitHubActionDigestsToSemver"]}', "extends"),
        ('{"extends": ["config:best-practices"]}', "extends"),
        ('{"pinDigests": true}', "pinDigests"),
        ('{"github-actions": {"pinDigests": true}}', "pinDigests"),
        ('{"packageRules": [{"matchManagers": ["github-actions"], "pinDigests": true}]}', "pinDigests"),
        ('{"enabledManagers": ["github-actions"], "pinDigests": true}', "pinDigests"),
        ('{"pinDigests": true, "packageRules": [{"matchManagers": ["npm"], "pinDigests": false}]}', "pinDigests"),
        ('{"pinDigests": true, "packageRules": [{"matchDepTypes": ["docker"], "pinDigests": false}]}', "pinDigests"),
        ('{"pinDigests": true, "packageRules": [{"matchUpdateTypes": ["major"], "enabled": false}]}', "pinDigests"),
    ],
)
def test_what_reaches_actions_is_a_declaration(text, key):
    found = read(text)
    assert found is not None
    assert (found.key, found.exempt) == (key, ())


@pytest.mark.parametrize(
    "text",
    [
        '{"extends": ["config:recommended"]}',
        '{"description": "pinDigests"}',
        '{"pinDigests": false, "extends": ["config:best-practices"]}',
        '{"enabled": false, "pinDigests": true}',
        '{"github-actions": {"enabled": false}, "pinDigests": true}',
        '{"enabledManagers": ["npm"], "pinDigests": true}',
        '{"packageRules": [{"matchManagers": ["dockerfile"], "pinDigests": true}]}',
        '{"packageRules": [{"matchManagers": ["github-actions"], "matchDepNames": ["acme/x"], "pinDigests": true}]}',
        '{"pinDigests": true, "packageRules": [{"matchManagers": ["github-actions"], "pinDigests": false}]}',
        '{"pinDigests": true, "packageRules": [{"matchManagers": ["github-actions"], "enabled": false}]}',
        '{"pinDigests": true, "packageRules": [{"matchPackageNames": ["/^acme/"], "pinDigests": false}]}',
        '["pinDigests"]',
        '{"pinDigests": ',
    ],
)
def test_what_is_absent_off_or_not_plain_declares_nothing(text):
    assert read(text) is None


def test_named_actions_that_a_rule_leaves_out_are_told():
    found = read('{"pinDigests": true, "packageRules": [{"matchDepNames": "acme/x", "pinDigests": false}]}')
    assert found is not None
    assert found.exempt == ("acme/x",)


@pytest.mark.parametrize("path", [".renovaterc", ".github/renovate.json5", ".renovaterc.json"])
def test_every_place_of_renovate_is_read_comments_included(path):
    found = read("{pinDigests: true} // yes", path)
    assert found is not None
    assert found.span.path == path


def test_a_repository_without_renovate_declares_nothing():
    assert renovate_pins(snapshot_of({"other.json": b'{"pinDigests": true}'})) is None
