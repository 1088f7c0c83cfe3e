"""What MD-502 and MD-508 make of trees that a folder of fixtures cannot hold, and their parts."""

import pytest

from phase_mirror.model.levels import Confidence
from phase_mirror.model.policy import Policy
from phase_mirror.repository.memory import MemoryTree
from phase_mirror.repository.snapshot import Setting, Snapshot
from phase_mirror.repository.source import LINK, SUBMODULE, Entry
from phase_mirror.repository.workflows.workspace import Workspace
from phase_mirror.rules import md_502, md_508
from phase_mirror.rules.home_runs import home_workflows, lets_run, weaker
from phase_mirror.rules.named_scripts import named_files
from phase_mirror.rules.protocol import Context
from phase_mirror.rules.tree_paths import TreePaths
from rule_harness import check, snapshot_of

WORKFLOW = """on: {on}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: {run}
"""
CI = ".github/workflows/ci.yml"


class Linked(MemoryTree):
    """A tree with entries of other kinds."""

    def __init__(self, files, kinds):
        super().__init__(files)
        self.kinds = kinds

    def entries(self):
        return {path: Entry(path, self.kinds.get(path, entry.kind)) for path, entry in super().entries().items()}


@pytest.mark.parametrize("kind", [LINK, SUBMODULE])
def test_a_path_behind_a_link_or_a_submodule_is_not_missing(kind):
    files = {CI: WORKFLOW.format(on="push", run="./vendor/tool/run.sh"), "vendor/tool": ""}
    assert check(md_502, Snapshot(Linked(files, {"vendor/tool": kind})), policy=Policy())[1] == []


def test_a_path_behind_a_file_is_missing():
    files = {CI: WORKFLOW.format(on="push", run="./vendor/tool/run.sh"), "vendor/tool": ""}
    assert len(check(md_502, snapshot_of(files))[1]) == 1


def test_edits_mend_the_finding():
    files = {CI: WORKFLOW.format(on="push", run="./scripts/test.sh --all"), "tools/test.sh": ""}
    (finding,) = check(md_502, snapshot_of(files))[1]
    (edit,) = finding.edits
    line = files[CI].split("\n")[edit.span.line - 1]
    mended = line[: edit.span.column - 1] + edit.new + line[edit.span.end_column - 1 :]
    assert mended == "      - run: ./tools/test.sh --all"


def test_a_moved_file_is_told_only_when_its_name_is_rare():
    tree = TreePaths(snapshot_of({"a/x.sh": "", "b/x.sh": "", "b/y.sh": "", "b/main.py": "", "c/act/action.yml": ""}))
    assert tree.moved("y.sh") == "b/y.sh"
    assert tree.moved("x.sh") == ""
    assert tree.moved("main.py") == ""
    assert tree.moved_action("act") == "c/act"
    assert tree.moved_action("other") == ""


def test_a_near_file_has_the_same_directory_ending_and_first_letter():
    tree = TreePaths(snapshot_of({"a/build-all.yml": "", "a/other.md": "", "a/b/build.yml": "", "top.sh": ""}))
    assert tree.near("a/build_all.yaml") == "a/build-all.yml"
    assert tree.near("a/build-all.sh") == ""
    assert tree.near("tops.sh") == "top.sh"
    assert tree.near("Makefile") == ""


def test_the_first_missing_part_is_the_outermost_one():
    tree = TreePaths(snapshot_of({"a/b/c": ""}))
    assert tree.first_missing("a/x/y.sh") == "x"
    assert tree.first_missing("a/b/y.sh") == "y.sh"


def named(script):
    return [(file.path, file.is_directory) for file in named_files(script, "", Workspace(own=("",)))]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("./a.sh x y", [("a.sh", False)]),
        ("sudo bin/a", [("bin/a", False)]),
        ("cd lib\n./a.sh", [("lib", True), ("lib/a.sh", False)]),
        ("cd lib && ./a.sh", [("lib", True), ("lib/a.sh", False)]),
        ("bash -eu a.sh", [("a.sh", False)]),
        ("source a.sh", [("a.sh", False)]),
        ("python3 -u a.py", [("a.py", False)]),
        ("node a.js", [("a.js", False)]),
        ("make -C lib all", [("lib", True)]),
        ("pip install -r a.txt", [("a.txt", False)]),
        ("uv pip install --constraint a.txt x", [("a.txt", False)]),
        ("python -m pip install -r https://x.example/a.txt", []),
        ("pip download -r a.txt", []),
        ("bash -c a.sh", []),
        ("bash -o pipefail a.sh", []),
        ("python -m a.py", []),
        ("perl -x a.pl", []),
        ("python a", []),
        ("python $X.py", []),
        ("bash", []),
        ("cd -", []),
        ("cd", []),
        ("./$NAME", []),
        ("./a.sh || true", []),
        ("false || ./a.sh", []),
        ("./a.sh | tee log", []),
        ("curl x | bash a.sh", []),
        ("test -f x && ./a.sh", []),
        ("if x; then ./a.sh; fi", []),
        ("(cd x; ./a.sh)", []),
        ("chmod +x a.sh\n./a.sh", []),
        ("set +e\n./a.sh", []),
        ("eval x\n./a.sh", []),
        ("> made.txt", []),
    ],
)
def test_only_what_a_command_cannot_do_without_is_named(script, expected):
    assert named(script) == expected


def test_a_script_sees_what_its_own_commands_did_before():
    files = list(named_files("./a.sh\nmake\n./b.sh", "", Workspace(own=("",))))
    assert [file.state.opaque for file in files] == [False, True]


@pytest.mark.parametrize(
    ("text", "slug", "expected"),
    [
        ("github.event_name == 'push'", "", Confidence.HIGH),
        ("always()", "", Confidence.HIGH),
        ("steps.x.outputs.y == '1'", "", Confidence.MEDIUM),
        ("github.ref == 'refs/heads/x'", "", Confidence.MEDIUM),
        ("false", "", None),
        ("hashFiles('x') != ''", "", None),
        ("github.repository == 'a/b'", "", None),
        ("github.repository == 'a/b'", "a/b", Confidence.HIGH),
        ("github.repository == 'a/b'", "a/c", None),
        ("github.repository_owner == 'a'", "a/c", Confidence.HIGH),
        ("not ( valid", "a/c", None),
    ],
)
def test_a_condition_tells_how_sure_a_run_is(text, slug, expected):
    files = {CI: f'on: push\njobs:\n  a:\n    if: "{text}"\n    runs-on: x\n    steps:\n      - run: x\n'}
    facts = Snapshot(MemoryTree(files), setting=Setting(slug=slug))
    job = facts.workflows[CI].jobs["a"]
    assert lets_run(facts, job) is expected
    assert lets_run(facts, job, job.steps[0]) is expected


def test_a_called_workflow_is_at_home_where_it_is_called():
    call = "jobs:\n  a:\n    uses: ./.github/workflows/{}.yml\n"
    facts = snapshot_of(
        {
            CI: "on: push\n" + call.format("b"),
            ".github/workflows/b.yml": "on: workflow_call\n" + call.format("c"),
            ".github/workflows/c.yml": "on: workflow_call\n" + call.format("b"),
            ".github/workflows/d.yml": "on: workflow_call\n" + call.format("b"),
            ".github/workflows/e.yml": "on: {push: {branches: [other]}}\n" + call.format("b"),
        }
    )
    assert home_workflows(facts) == {
        CI: Confidence.HIGH,
        ".github/workflows/b.yml": Confidence.MEDIUM,
        ".github/workflows/c.yml": Confidence.MEDIUM,
    }
    assert weaker(Confidence.HIGH, Confidence.LOW) is Confidence.LOW


def test_both_rules_read_no_more_than_they_need():
    files = {
        CI: WORKFLOW.format(on="push", run="./a.sh"),
        "a.sh": "",
        "README.md": "# x\n",
        "docs/deep/page.md": "x",
        "src/README.md": "x",
    }
    facts = snapshot_of(files, slug="acme/widget")
    for rule in (md_502, md_508):
        rule.check(facts, Context(options={}, policy=Policy()))
    assert set(facts.read) == {CI, "README.md"}


@pytest.mark.parametrize(
    ("rule", "run"),
    [(md_502, "./'unclosed"), (md_502, "cd \x00"), (md_508, "gh workflow run 'x"), (md_508, "gh workflow run")],
)
def test_odd_scripts_are_no_reason_to_fail(rule, run):
    files = {CI: WORKFLOW.format(on="push", run="|-\n          " + run)}
    assert check(rule, snapshot_of(files))[1] == []
