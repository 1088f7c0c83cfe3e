"""What a `uses:` value names."""

import pytest

from phase_mirror.repository.workflows.facts import DOCKER, LOCAL, REMOTE, Uses, parse_uses

HASH = "0123456789abcdef0123456789ABCDEF01234567"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("actions/checkout@v4", (REMOTE, "actions", "checkout", "", "v4")),
        (" a/b/c/d@main ", (REMOTE, "a", "b", "c/d", "main")),
        ("a/b/.github/workflows/x.yml@v1", (REMOTE, "a", "b", ".github/workflows/x.yml", "v1")),
        ("a/b/@v1", (REMOTE, "a", "b", "", "v1")),
        ("a/b@refs/heads/x@y", (REMOTE, "a", "b", "", "refs/heads/x@y")),
        ("./.github/actions/x/", (LOCAL, "", "", ".github/actions/x", "")),
        ("$/.github/actions/x", (LOCAL, "", "", ".github/actions/x", "")),
        ("./", (LOCAL, "", "", "", "")),
        ("docker://alpine", (DOCKER, "", "", "alpine", "")),
        ("docker://alpine:3.20", (DOCKER, "", "", "alpine", "3.20")),
        ("docker://host:5000/alpine", (DOCKER, "", "", "host:5000/alpine", "")),
        ("docker://alpine@sha256:abc", (DOCKER, "", "", "alpine", "sha256:abc")),
    ],
)
def test_a_value_is_parsed(text, expected):
    found = parse_uses(text)
    assert (found.kind, found.owner, found.repository, found.path, found.ref) == expected
    assert found.raw == text.strip()


@pytest.mark.parametrize(
    "text", ["", " ", "checkout", "actions/checkout", "/b@v1", "a/@v1", "${{ vars.x }}", "a/b@${{ x }}", "$/a@v1"]
)
def test_what_has_no_known_form_is_nothing(text):
    assert parse_uses(text) is None


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        *[
            (f"a/b@{HASH}", True),
            (f"a/b@{HASH[:39]}", False),
            ("a/b@v1", False),
            ("./x", True),
            (f"a/b@{'0' * 64}", True),
        ],
        *[("docker://a:1", False), ("docker://a@sha256:0", True), (f"a/b@{HASH[:39]}g", False), ("a/b@", False)],
    ],
)
def test_what_is_fixed_by_a_hash(text, pinned):
    assert parse_uses(text).pinned is pinned


@pytest.mark.parametrize(
    ("text", "workflow"),
    [
        *[
            ("./.github/workflows/x.yml", True),
            ("a/b/.github/workflows/x.yaml@v1", True),
            ("./.github/actions/x", False),
        ],
        *[("a/b/workflows/x.yml@v1", False), ("./.github/workflows/x.json", False)],
    ],
)
def test_what_is_a_workflow(text, workflow):
    assert parse_uses(text).is_workflow is workflow


def test_a_slug_is_owner_and_repository():
    assert Uses("a/b@v1", REMOTE, "a", "b", "", "v1").slug == "a/b"
