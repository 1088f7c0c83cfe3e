"""What lies in the workspace before each step."""

import pytest

from phase_mirror.repository.workflows.shell import read_script
from phase_mirror.repository.workflows.workspace import Workspace, after_commands, before_steps, normal
from rule_harness import snapshot_of

CHECKOUT = "- uses: actions/checkout@v4\n"


def states(steps, slug="acme/widget", default="main"):
    lines = "".join(f"      {line}\n" for line in (steps + "- run: last\n").splitlines())
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{lines}"
    workflow = snapshot_of({".github/workflows/a.yml": text}).workflows[".github/workflows/a.yml"]
    return [state for _, state in before_steps(workflow.jobs["a"].steps, slug, default)]


def last(steps, **options):
    return states(steps, **options)[-1]


def checkout(**inputs):
    return CHECKOUT + "  with:\n" + "".join(f"    {name}: {value}\n" for name, value in inputs.items())


def test_nothing_lies_there_before_a_checkout():
    first, second = states(CHECKOUT)
    assert first.in_tree("a") is None
    assert second.in_tree("a/b") == "a/b"
    assert second.in_tree("") == ""


def test_a_checkout_into_a_directory_puts_the_tree_there():
    state = last(checkout(path="src/own"))
    assert state.in_tree("src/own/a") == "a"
    assert state.in_tree("src/a") is None


@pytest.mark.parametrize(
    "inputs",
    [
        {"repository": "acme/other"},
        {"ref": "gh-pages"},
        {"ref": "${{ inputs.ref }}"},
        {"repository": "${{ inputs.repository }}"},
        {"path": "${{ inputs.path }}"},
    ],
)
def test_what_another_checkout_brings_is_unknown(inputs):
    assert last(checkout(**inputs)).in_tree("a") is None


@pytest.mark.parametrize(
    "inputs",
    [
        {"repository": "Acme/Widget"},
        {"repository": "${{ github.repository }}"},
        {"ref": "main"},
        {"ref": "refs/heads/main"},
        {"ref": "${{ github.event.pull_request.head.sha }}"},
        {"ref": "${{ github.sha }}"},
    ],
)
def test_the_own_tree_is_known_by_its_names(inputs):
    assert last(checkout(**inputs)).in_tree("a") == "a"


def test_an_own_checkout_replaces_another_one_unless_a_condition_stands_before_it():
    other = checkout(repository="acme/other")
    assert last(other + CHECKOUT).in_tree("a") == "a"
    assert last(other + "- if: github.event_name == 'push'\n  uses: actions/checkout@v4\n").in_tree("a") is None


def test_a_second_checkout_hides_its_directory_alone():
    state = last(CHECKOUT + checkout(repository="acme/other", path="other"))
    assert state.in_tree("other/a") is None
    assert state.in_tree("others/a") == "others/a"


def test_an_artifact_or_a_cache_hides_the_place_it_is_unpacked_at():
    unpack = "- uses: actions/download-artifact@v4\n  with:\n    path: dist\n"
    cache = "- uses: actions/cache@v4\n  with:\n    path: |\n      ~/.cache\n      lib/made\n    key: k\n"
    state = last(CHECKOUT + unpack + cache)
    assert state.in_tree("dist/a") is None
    assert state.in_tree("lib/made") is None
    assert state.in_tree("lib/a") == "lib/a"
    assert not state.opaque


@pytest.mark.parametrize("path", ["", "  with:\n    path: .\n", "  with:\n    path: ${{ inputs.x }}\n"])
def test_an_artifact_without_a_place_may_bring_anything(path):
    assert last(f"{CHECKOUT}- uses: actions/download-artifact@v4\n{path}").opaque


@pytest.mark.parametrize(
    "uses", ["actions/setup-node@v4", "dtolnay/rust-toolchain@stable", "docker/login-action@v3", "Azure/setup-helm@v4"]
)
def test_actions_that_only_set_up_are_quiet(uses):
    assert not last(f"{CHECKOUT}- uses: {uses}\n").opaque


@pytest.mark.parametrize("uses", ["acme/setup-things@v1", "acme/build@v1", "./local", "docker://alpine"])
def test_other_actions_may_make_any_file(uses):
    assert last(f"{CHECKOUT}- uses: {uses}\n  with:\n    out: made.txt\n").mentions("lib/made.txt")


@pytest.mark.parametrize(
    "script",
    [
        "echo a >> $GITHUB_OUTPUT",
        "sudo apt-get install -y x",
        "python3 -m pip install x",
        "git config user.name x && git fetch origin",
        'echo "v=$(git rev-parse HEAD | cut -c1-7)" >> "$GITHUB_OUTPUT"',
        "N=$(nproc)\necho $((N + 1))",
        "echo x > /tmp/y",
        "npm ci",
    ],
)
def test_quiet_commands_leave_the_tree_alone(script):
    assert after_commands(Workspace(), read_script(script), script) == Workspace()


@pytest.mark.parametrize(
    "script",
    [
        "make",
        "echo a > made.txt",
        "V=$(./generate)",
        "V=`./generate`",
        "cat <(./generate)",
        "case x in *) ./generate;; esac",
        "npm run build",
        "$TOOL",
    ],
)
def test_other_commands_may_make_any_file(script):
    state = after_commands(Workspace(), read_script(script), script)
    assert state.opaque
    assert script in state.said


@pytest.mark.parametrize("script", ["git checkout v1", "git -C x pull", "gh pr checkout 1"])
def test_a_command_that_moves_the_tree_makes_it_another_one(script):
    state = after_commands(Workspace(own=("",)), read_script(script), script)
    assert state.in_tree("a") is None


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        ("./a/../b", "", "b"),
        ("a", "lib", "lib/a"),
        ("", "", ""),
        (".", "lib", "lib"),
        ("../a", "lib/x", "lib/a"),
        ("../a", "", None),
        ("/a", "", None),
        ("~/a", "", None),
        ("C:/a", "", None),
        ("$X/a", "", None),
        ("${{ github.workspace }}/a", "lib", "a"),
        ("$GITHUB_WORKSPACE/a", "lib", "a"),
        ("a*", "", None),
    ],
)
def test_paths_are_told_from_the_workspace(path, base, expected):
    assert normal(path, base) == expected
