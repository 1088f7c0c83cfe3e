"""Whether merge commits are switched off."""

from __future__ import annotations

import pytest

from gate_harness import tree
from phase_mirror.repository.gates.buttons import merge_commits_off


@pytest.mark.parametrize(
    ("files", "off"),
    [
        ({".github/settings.yml": "repository: {allow_merge_commit: false}\n"}, True),
        ({".github/settings.yml": "repository: {allow_merge_commit: true}\n"}, False),
        ({".github/settings.yml": "repository: {}\n"}, False),
        ({".github/settings.yml": "repository: [\n"}, False),
        ({".asf.yaml": "github: {enabled_merge_buttons: {squash: true, merge: false}}\n"}, True),
        ({".asf.yaml": "github: {enabled_merge_buttons: {merge: true}}\n"}, False),
        ({"safe-settings/settings.yml": "repository: {allow_merge_commit: false}\n"}, False),
        ({}, False),
    ],
)
def test_merge_commits(files, off):
    assert merge_commits_off(tree(files, slug="me/app")) is off
