"""Facts are read once, when first asked for, and what cannot be read is listed with its place."""

import pytest

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits
from phase_mirror.repository.memory import MemoryTree
from phase_mirror.repository.snapshot import Setting, Snapshot, is_workflow_path
from phase_mirror.repository.source import EXECUTABLE, FILE, KINDS, LINK, SUBMODULE, Entry, too_large

FILES = {
    ".github/workflows/b.yaml": "on: push\njobs: {b: {}}",
    ".github/workflows/a.yml": "on: push\njobs: {a: {}}",
    ".github/workflows/nested/c.yml": "on: push\njobs: {c: {}}",
    ".github/workflows/README.md": "# Workflows",
    ".github/workflows/d.yml.disabled": "on: push",
    "sub/a.txt": "a",
    "sub-way.txt": "b",
    "sub/dir/b.txt": "c",
}


class CountingTree(MemoryTree):
    """A tree that counts how often each file is read."""

    def __init__(self, files):
        super().__init__(files)
        self.count = {}

    def read(self, path):
        self.count[path] = self.count.get(path, 0) + 1
        return super().read(path)


def tree(files):
    return Snapshot(MemoryTree(files))


def bytes_tree(**files):
    return Snapshot(MemoryTree(files))


# -- files -------------------------------------------------------------------------------------------------------------


def test_paths_are_sorted_and_carry_entries():
    snapshot = tree(FILES)
    assert snapshot.paths == sorted(FILES)
    assert snapshot.files["sub/a.txt"] == Entry("sub/a.txt", FILE)


def test_what_lies_below_a_directory_is_not_what_begins_like_it():
    snapshot = tree(FILES)
    assert snapshot.under("sub") == ["sub/a.txt", "sub/dir/b.txt"]
    assert snapshot.under("") == snapshot.paths
    assert snapshot.under("su") == []


@pytest.mark.parametrize(
    ("path", "exists", "directory"),
    [
        *[
            ("", True, True),
            ("sub", True, True),
            ("sub/dir", True, True),
            ("sub/a.txt", True, False),
            ("su", False, False),
        ],
        ("sub/dir/", False, False),
    ],
)
def test_a_directory_is_where_something_lies(path, exists, directory):
    snapshot = tree(FILES)
    assert snapshot.exists(path) is exists
    assert snapshot.is_directory(path) is directory


def test_entries_have_the_kinds_of_git():
    assert {KINDS[mode] for mode in (b"100644", b"100664", b"100755", b"120000", b"160000")} == {
        *(FILE, EXECUTABLE, LINK, SUBMODULE),
    }


# -- texts -------------------------------------------------------------------------------------------------------------


def test_every_file_is_read_once():
    source = CountingTree({".github/workflows/a.yml": "on: push\njobs: {a: {}}", "other.txt": "x"})
    snapshot = Snapshot(source)
    for _ in range(2):
        assert list(snapshot.workflows) == [".github/workflows/a.yml"]
        assert snapshot.document(".github/workflows/a.yml") is snapshot.workflows[".github/workflows/a.yml"].document
        assert snapshot.text("other.txt") is snapshot.text("other.txt")
    assert source.count == {".github/workflows/a.yml": 1, "other.txt": 1}
    assert snapshot.read["other.txt"] == b"x"
    assert [text.path for text in snapshot.texts()] == [".github/workflows/a.yml", "other.txt"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        *[
            (b"a\xc3\xa9", "aé"),
            (b"\xef\xbb\xbfa", "a"),
            ("é".encode("utf-16"), "é"),
            (b"\xfe\xff\x00a", "a"),
            (b"", ""),
        ],
        (b"a\r\nb\rc\n", "a\r\nb\rc\n"),
    ],
)
def test_a_file_is_decoded_by_its_mark(data, text):
    assert bytes_tree(a=data).text("a").text == text


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a\xff", "not UTF-8 text: byte 1 cannot be decoded"),
        (b"\xff\xfea", "not UTF-8 text: byte 2 cannot be decoded"),
        (b"a\0b", "a binary file: it holds a null character"),
    ],
)
def test_what_is_no_text_is_listed(data, why):
    snapshot = bytes_tree(a=data)
    for _ in range(2):
        assert snapshot.text("a") is None
        assert snapshot.document("a") is None
    assert (snapshot.unreadable["a"].reason, snapshot.unreadable["a"].line) == (why, 0)
    assert snapshot.texts() == []


def test_a_missing_file_is_listed():
    snapshot = bytes_tree()
    assert snapshot.data("none") is None
    assert snapshot.text("none") is None
    assert snapshot.unreadable["none"].reason == "no such file"
    assert snapshot.read == {"none": None}


# -- trees -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *[("a.json", '{"a": 1}'), ("a.json5", "{a: 1,}"), ("a.toml", "a = 1"), ("a.yml", "a: 1"), ("noending", "a: 1")],
    ],
)
def test_a_document_is_read_by_its_ending(path, text):
    assert tree({path: text}).document(path).root.get("a").value == "1"


def test_a_document_that_cannot_be_read_is_listed_with_its_line():
    snapshot = tree({"x/a.yml": "a: 1\na: 2\n"})
    assert snapshot.document("x/a.yml") is None
    assert snapshot.unreadable["x/a.yml"].line == 2


def test_the_first_reason_stays():
    snapshot = tree({})
    snapshot.refuse("a", UnreadableError("first", where="a:3:1"))
    snapshot.refuse("a", UnreadableError("second", where="a"))
    assert (snapshot.unreadable["a"].reason, snapshot.unreadable["a"].line) == ("first", 3)


def test_limits_hold_for_what_is_still_unread():
    snapshot = tree({"x/a.yml": "[[1]]"})
    snapshot.use_limits(Limits(nesting=1))
    assert snapshot.source.limits.nesting == 1
    assert snapshot.document("x/a.yml") is None
    assert snapshot.unreadable["x/a.yml"].reason == "nested deeper than 1 levels"


def test_a_file_over_the_limit_is_refused_with_the_setting_to_raise():
    error = too_large("big.yml", 6_000_000, DEFAULT_LIMITS)
    assert error.what == "larger than 5 MB (6000000 bytes)"
    assert error.where == "big.yml"
    assert error.then == "raise budget.file_megabytes"


# -- facts -------------------------------------------------------------------------------------------------------------


def test_workflows_stand_directly_in_their_folder():
    snapshot = tree(FILES)
    assert list(snapshot.workflows) == [".github/workflows/a.yml", ".github/workflows/b.yaml"]


@pytest.mark.parametrize(
    ("path", "is_workflow"),
    [
        *[(".github/workflows/a.yml", True), (".github/workflows/a.yaml", True), (".github/workflows/a/b.yml", False)],
        *[(".github/workflows/a.YML", False), ("sub/.github/workflows/a.yml", False), (".github/workflows/.yml", True)],
    ],
)
def test_what_is_a_workflow(path, is_workflow):
    assert is_workflow_path(path) is is_workflow


def test_actions_are_those_of_the_automation_and_no_fixtures():
    snapshot = tree(
        {
            "action.yml": "runs: {using: node20}",
            ".github/actions/x/action.yaml": "runs: {using: composite}",
            ".github/actions/bad/action.yml": "name: x",
            "docs/my-action.yml": "runs: {}",
            "fixtures/broken/action.yml": "name: x",
            "ci/used/action.yml": "runs: {using: composite, steps: [{uses: ./ci/inner}]}",
            "ci/inner/action.yml": "runs: {using: composite}",
            ".github/workflows/action.yml": "on: push\njobs: {a: {steps: [{uses: ./ci/used}, {uses: $/ci/used}]}}",
        }
    )
    own = [".github/actions/x/action.yaml", "action.yml", "ci/inner/action.yml", "ci/used/action.yml"]
    assert list(snapshot.actions) == own
    assert snapshot.action("").using == "node20"
    assert snapshot.action(".github/actions/x").using == "composite"
    assert snapshot.action(".github/actions/bad") is None
    assert snapshot.action("docs") is None
    assert list(snapshot.unreadable) == [".github/actions/bad/action.yml"]


def test_the_first_codeowners_counts():
    snapshot = tree({"CODEOWNERS": "", "docs/CODEOWNERS": "* @b", ".github/CODEOWNERS": "* @a"})
    assert snapshot.codeowners.path == ".github/CODEOWNERS"
    assert tree({}).codeowners is None
    assert Snapshot(MemoryTree({".github/CODEOWNERS": b"\xff"})).codeowners is None


def test_gates_and_markdown_are_read_when_asked_for():
    snapshot = tree({"x/README.md": "# Title\n"})
    assert snapshot.gates == ()
    assert [heading.text for heading in snapshot.markdown("x/README.md").headings] == ["Title"]
    assert snapshot.markdown("none.md") is None


def test_what_is_known_beside_the_files():
    assert Snapshot(MemoryTree({})).default_branch is None
    snapshot = Snapshot(MemoryTree({}), setting=Setting(default_branch="trunk", slug="a/b", branch="next"))
    assert (snapshot.default_branch, snapshot.setting.slug, snapshot.setting.branch) == ("trunk", "a/b", "next")
