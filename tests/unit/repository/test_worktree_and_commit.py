import os
from pathlib import Path

import pytest

from phase_mirror.errors import RepositoryError, UnreadableError
from phase_mirror.repository import worktree as module
from phase_mirror.repository.commit import CommitTree
from phase_mirror.repository.git import Git
from phase_mirror.repository.limits import Limits
from phase_mirror.repository.source import EXECUTABLE, FILE, LINK, SUBMODULE
from phase_mirror.repository.worktree import WorkTree
from repository_harness import commit, git, make_repository, write

ODD = b"odd \xff\n\t\"'name".decode("utf-8", "surrogateescape")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "r"
    make_repository(
        folder, {"a.txt": "a\n", "sub/b.txt": "b\n", ".gitignore": "*.log\n", "link": Path("sub/b.txt"), ODD: "odd"}
    )
    return folder


def tree_of(folder, **limits):
    return WorkTree(str(folder), Limits(**limits), git=Git(str(folder)))


def kinds(tree):
    return {path: entry.kind for path, entry in tree.entries().items()}


# -- listing ----------------------------------------------------------------------------------------------------------


def test_tracked_and_untracked_files_that_exist(folder):
    write(folder, {"new.txt": "n", "x.log": "ignored", "deep/er.txt": "d", "new-link": Path("a.txt")})
    (folder / "sub/b.txt").unlink()
    (folder / "run.sh").write_text("x")
    (folder / "run.sh").chmod(0o755)
    assert kinds(tree_of(folder)) == {
        ".gitignore": FILE,
        "a.txt": FILE,
        "deep/er.txt": FILE,
        "link": LINK,
        "new-link": LINK,
        "new.txt": FILE,
        ODD: FILE,
        "run.sh": EXECUTABLE,
    }


def test_a_commit_and_its_work_tree_list_the_same(folder):
    opened = Git(str(folder))
    made = CommitTree(opened, opened.resolve("HEAD"))
    assert kinds(made) == kinds(tree_of(folder))
    assert {path: made.read(path) for path in made.entries()} == {
        path: tree_of(folder).read(path) for path in made.entries()
    }
    made.close()


def test_a_nested_repository_and_a_submodule_are_not_entered(folder, tmp_path):
    inner = tmp_path / "inner"
    make_repository(inner, {"i.txt": "i"})
    make_repository(folder / "nested", {"n.txt": "n"})
    git(folder, "submodule", "--quiet", "add", f"file://{inner}", "module")
    git(folder, "commit", "--quiet", "-m", "module")
    found = kinds(tree_of(folder))
    assert found["module"] == SUBMODULE
    assert not [path for path in found if path.startswith(("nested", "module/"))]
    opened = Git(str(folder))
    made = CommitTree(opened, opened.resolve("HEAD"))
    assert made.entries()["module"].kind == SUBMODULE
    with pytest.raises(UnreadableError, match="module: a submodule"):
        made.read("module")
    with pytest.raises(UnreadableError, match="a directory"):
        tree_of(folder).read("module")


def test_a_sparse_checkout_says_what_is_missing(folder):
    git(folder, "sparse-checkout", "set", "--no-cone", "a.txt")
    tree = tree_of(folder)
    assert "sub/b.txt" in tree.entries()
    with pytest.raises(UnreadableError, match=r"not checked out here \(check it out: git sparse-checkout disable\)"):
        tree.read("sub/b.txt")


def test_too_many_files(folder):
    with pytest.raises(RepositoryError, match=r"more than 2 files \(analyze a smaller repository\)"):
        tree_of(folder, files=2).entries()
    opened = Git(str(folder))
    with pytest.raises(RepositoryError, match="more than 2 files"):
        CommitTree(opened, opened.resolve("HEAD"), Limits(files=2)).entries()


def test_without_a_repository_git_still_says_what_is_ignored(tmp_path):
    write(
        tmp_path, {"a.txt": "", ".gitignore": "*.log\n", "x.log": "", "sub/.gitignore": "y\n", "sub/y": "", "sub/z": ""}
    )
    assert list(WorkTree(str(tmp_path)).entries()) == [".gitignore", "a.txt", "sub/.gitignore", "sub/z"]


def test_without_git_everything_but_gits_folder_is_listed(tmp_path, monkeypatch):
    write(tmp_path, {"a.txt": "", "sub/b.txt": "", ".git/config": "", "link": Path("a.txt"), ".hidden/c": ""})
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert kinds(WorkTree(str(tmp_path))) == {".hidden/c": FILE, "a.txt": FILE, "link": LINK, "sub/b.txt": FILE}
    with pytest.raises(RepositoryError, match="more than 3 files"):
        WorkTree(str(tmp_path), Limits(files=3)).entries()
    monkeypatch.setattr(module.os, "scandir", denied)
    assert kinds(WorkTree(str(tmp_path))) == {".hidden/c": FILE, "a.txt": FILE, "link": LINK}


os_scandir = os.scandir


def denied(path):
    if path.endswith("/sub"):
        raise PermissionError(13, "Permission denied")
    return os_scandir(path)


# -- reading ----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_says_why(folder, tmp_path):
    os.mkfifo(folder / "pipe")
    (folder / "big").write_bytes(b"x" * 2000)
    (tmp_path / "secret").write_text("s")
    write(folder, {"out": tmp_path / "secret", "up": Path("../secret"), "loop": Path("loop"), "gone": Path("nowhere")})
    (folder / "folder-link").symlink_to("sub")
    tree = tree_of(folder, file_bytes=1000)
    for path, why in (
        ("pipe", "not a regular file"),
        ("sub", "a directory"),
        ("big", r"larger than 0.001 MB \(2000 bytes\)"),
        ("out", "a symbolic link out of the repository"),
        ("up", "a symbolic link out of the repository"),
        ("loop", "a symbolic link in a circle"),
        ("gone", "cannot be read: No such file or directory"),
        ("missing", "cannot be read: No such file or directory"),
        ("a.txt/x", "cannot be read: Not a directory"),
        ("null\0byte", "no such file"),
    ):
        with pytest.raises(UnreadableError, match=why):
            tree.read(path)
    assert tree.read("link") == tree.read("folder-link/b.txt") == b"b\n"


def test_a_link_swapped_in_behind_our_back_is_not_followed(folder, tmp_path, monkeypatch):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/b.txt").write_text("secret")
    monkeypatch.setattr(module, "follow", lambda path, _link: path)  # as if it were a folder when it was looked at
    (folder / "sub/b.txt").unlink()
    (folder / "sub").rmdir()
    (folder / "sub").symlink_to(tmp_path / "secret")
    with pytest.raises(UnreadableError, match="cannot be read: "):
        tree_of(folder).read("sub/b.txt")


def test_a_file_that_grows_while_it_is_read(folder, monkeypatch):
    monkeypatch.setattr(module, "_check", lambda *_: None)
    (folder / "a.txt").write_bytes(b"x" * 5000)
    with pytest.raises(UnreadableError, match="larger than"):
        tree_of(folder, file_bytes=1000).read("a.txt")


def test_links_of_a_commit(folder):
    write(folder, {"bad": Path("../x"), "gone": Path("nowhere"), "into": Path("link")})
    commit(folder)
    opened = Git(str(folder))
    tree = CommitTree(opened, opened.resolve("HEAD"), Limits(file_bytes=10))
    assert tree.read("into") == tree.read("link") == b"b\n"
    for path, why in (
        ("bad", "a symbolic link out of the repository"),
        ("gone", "a link to a file that is not there"),
        ("missing", "no such file"),
    ):
        with pytest.raises(UnreadableError, match=why):
            tree.read(path)
    write(folder, {"big": "x" * 100})
    commit(folder)
    with pytest.raises(UnreadableError, match=r"larger than 0 MB \(100 bytes\)"):
        CommitTree(Git(str(folder)), git(folder, "rev-parse", "HEAD"), Limits(file_bytes=10)).read("big")
    tree.close()
