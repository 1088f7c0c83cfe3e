import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest

from phase_mirror.errors import BaseUnavailableError, RepositoryError, UnreadableError, UsageError
from phase_mirror.repository import git as module
from phase_mirror.repository.commit import CommitTree
from phase_mirror.repository.git import EmptyRepository, Git, GitFailedError, find_root, slug_of
from phase_mirror.repository.process import ProcessError, find_program, run_bounded, search_path
from phase_mirror.repository.worktree import WorkTree
from repository_harness import ENVIRONMENT, commit, git, hostile_settings, make_repository, trap, write


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    make_repository(folder, {"a.txt": "one\n", ".github/workflows/ci.yml": "on: push\n"})
    return folder


def use_everything(folder, *, base="HEAD~1"):
    """Do all that an analysis does with git; errors are welcome, programs are not."""
    opened = Git(str(folder))
    try:
        for step in (
            opened.has_commit,
            opened.shallow,
            opened.default_branch,
            opened.slug,
            lambda: opened.resolve("main"),
            lambda: opened.merge_base("HEAD", opened.resolve(base)),
            lambda: read_all(WorkTree(str(folder), git=opened)),
            lambda: read_all(CommitTree(opened, opened.resolve("HEAD"))),
            lambda: read_all(CommitTree(opened, opened.resolve(base))),
        ):
            with suppress(RepositoryError, UsageError, BaseUnavailableError):
                step()
    finally:
        opened.close()


def read_all(tree):
    for path in tree.entries():
        with suppress(UnreadableError):
            tree.read(path)


# -- the attacker's side -----------------------------------------------------------------------------------------------


def make_hostile(tmp_path):
    """Make a repository whose configuration runs a program wherever git would."""
    program, marker = trap(tmp_path)
    folder = tmp_path / "hostile"
    make_repository(
        folder, {"a.txt": "one\n", "b.txt": "b\n", ".gitattributes": "* filter=trap diff=trap merge=trap\n"}
    )
    write(folder, {"a.txt": "two\n"})
    commit(folder)
    for name, value in hostile_settings(program).items():
        git(folder, "config", name, str(value))
    for hook in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout", "fsmonitor-watchman"):
        shutil.copy(program, tmp_path / hook)
        shutil.copy(program, folder / ".git/hooks" / hook)
    os.utime(folder / "b.txt", (1, 1))  # stat-dirty, so that a clean filter would be asked
    write(folder, {"new.txt": "new\n"})
    return folder, program, marker


def test_nothing_of_a_hostile_configuration_is_executed(tmp_path):
    folder, _, marker = make_hostile(tmp_path)
    git(folder, "status", check=False)  # the trap works
    assert marker.exists()
    marker.unlink()
    os.utime(folder / "b.txt", (2, 2))
    use_everything(folder)
    assert not marker.exists()


def test_nothing_of_an_included_configuration_is_executed(tmp_path):
    folder, program, marker = make_hostile(tmp_path)
    (folder / ".git/config").rename(tmp_path / "included")
    (folder / ".git/config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n[include]\n\tpath = {tmp_path}/included\n"
        f'[includeIf "gitdir:/"]\n\tpath = {tmp_path}/included\n'
    )
    git(folder, "status", check=False)
    assert marker.exists()
    marker.unlink()
    use_everything(folder)
    assert not marker.exists()
    assert program.exists()


@pytest.mark.parametrize("url", ["ext::{0} %S", "ssh://example.org/x", "{1}", "file://{1}", "trap::x"])
def test_a_partial_clone_fetches_nothing(tmp_path, monkeypatch, url):
    program, marker = trap(tmp_path)
    shutil.copy(program, tmp_path / "git-remote-trap")  # what `remote.origin.vcs` names, where git would find it
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setitem(ENVIRONMENT, "PATH", os.environ["PATH"])
    origin = tmp_path / "origin"
    make_repository(origin, {"a.txt": "one\n"})
    write(origin, {"a.txt": "two\n"})
    commit(origin)
    git(origin, "config", "uploadpack.allowFilter", "true")
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{origin}", str(folder))
    for name, value in hostile_settings(program).items():
        git(folder, "config", name, str(value))
    git(folder, "config", "remote.origin.url", url.format(program, origin))
    git(folder, "config", "remote.origin.uploadpack", str(program))
    git(folder, "config", "remote.origin.vcs" if url == "trap::x" else "remote.origin.receivepack", "trap")
    use_everything(folder)
    assert not marker.exists()
    opened = Git(str(folder))
    tree = CommitTree(opened, opened.resolve("HEAD~1"))
    with pytest.raises(
        UnreadableError, match=r"a\.txt: its object is not in this clone \(fetch it: git fetch --refetch\)"
    ):
        tree.read("a.txt")
    assert CommitTree(opened, opened.resolve("HEAD")).read("a.txt") == b"two\n"
    tree.close()
    assert not marker.exists()
    for each in (program, tmp_path / "git-remote-trap"):  # as a transport, its `cat` and git would wait for each other
        each.write_text(each.read_text().replace("cat 2>/dev/null\n", ""))
    git(folder, "cat-file", "-p", "HEAD~1:a.txt", check=False)  # the trap works
    assert marker.exists()


def test_our_own_environment_is_not_handed_on(tmp_path, monkeypatch, repository):
    program, marker = trap(tmp_path)
    other = tmp_path / "other"
    make_repository(other, {"other.txt": "x"})
    for name in (
        "GIT_SSH_COMMAND",
        "GIT_EXTERNAL_DIFF",
        "GIT_PAGER",
        "PAGER",
        "GIT_ASKPASS",
        "EDITOR",
        "GIT_PROXY_COMMAND",
    ):
        monkeypatch.setenv(name, str(program))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git/objects"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(program))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_EXEC_PATH", str(tmp_path))
    opened = Git(str(repository))
    assert list(WorkTree(str(repository), git=opened).entries()) == [".github/workflows/ci.yml", "a.txt"]
    use_everything(repository)
    assert not marker.exists()
    assert not (tmp_path / "trace").exists()


def test_a_program_called_git_in_the_repository_is_not_run(tmp_path, monkeypatch, repository):
    program, marker = trap(tmp_path)
    shutil.copy(program, repository / "git")
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", "bin", os.environ["PATH"]]))
    assert search_path() == os.environ["PATH"].removeprefix(os.pathsep.join(["", ".", "bin", ""]))
    use_everything(repository)
    assert not marker.exists()


def test_replace_refs_and_grafts_are_ignored(repository):
    first = git(repository, "rev-parse", "HEAD")
    write(repository, {"a.txt": "good\n"})
    second = commit(repository)
    evil = git(repository, "hash-object", "-w", "--stdin", data=b"evil\n")
    git(repository, "replace", git(repository, "rev-parse", "HEAD:a.txt"), evil)
    (repository / ".git/info/grafts").write_text(f"{second}\n")
    assert git(repository, "show", "HEAD:a.txt") == "evil"
    opened = Git(str(repository))
    assert CommitTree(opened, second).read("a.txt") == b"good\n"
    assert opened.merge_base(first, second) == first
    opened.close()


def test_the_work_tree_of_the_configuration_does_not_count(tmp_path, repository):
    make_repository(tmp_path / "secret", {"secret.txt": "x"})
    git(repository, "config", "core.worktree", str(tmp_path / "secret"))
    assert list(WorkTree(str(repository), git=Git(str(repository))).entries()) == [".github/workflows/ci.yml", "a.txt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_owner_is_read(repository):
    for folder, _, names in os.walk(repository):
        for name in ("", *names):
            os.lchown(os.path.join(folder, name), 12345, 12345)
    opened = Git(str(repository))
    assert opened.has_commit()
    assert "a.txt" in WorkTree(str(repository), git=opened).entries()
    assert CommitTree(opened, opened.resolve("HEAD")).read("a.txt") == b"one\n"
    opened.close()


def test_only_reading_commands_run(repository):
    opened = Git(str(repository))
    for arguments in (("status",), ("fetch",), ("config", "core.pager", "x"), ("config", "--unset", "x"), ("diff",)):
        with pytest.raises(ValueError, match="is not allowed here"):
            opened.run(*arguments)


@pytest.mark.parametrize("ref", ["--output=/tmp/x", "-h", "", "a\nb", "a\0b"])
def test_a_ref_is_never_an_option(repository, ref):
    with pytest.raises(UsageError, match="not a commit: "):
        Git(str(repository)).resolve(ref)


# -- where the repository is -------------------------------------------------------------------------------------------


def test_find_root(tmp_path, repository):
    assert find_root(str(repository)) == (str(repository), True)
    assert find_root(str(repository / ".github/workflows")) == (str(repository), True)
    (tmp_path / "plain/inside").mkdir(parents=True)
    assert find_root(str(tmp_path / "plain/inside")) == (str(tmp_path / "plain/inside"), False)
    link = tmp_path / "link"
    link.symlink_to(repository / ".github")
    assert find_root(str(link)) == (str(repository), True)
    assert find_root(str(tmp_path / "missing/folder")) == (str(tmp_path / "missing/folder"), False)


def test_bare_repository(tmp_path, repository):
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), str(tmp_path / "bare.git"))
    root, is_git = find_root(str(tmp_path / "bare.git/objects"))
    assert (root, is_git) == (str(tmp_path / "bare.git"), True)
    opened = Git(root)
    assert opened.bare
    assert opened.default_branch() == "main"
    assert CommitTree(opened, opened.resolve("main")).read("a.txt") == b"one\n"
    opened.close()


def test_linked_work_tree_and_its_own_folder_elsewhere(tmp_path, repository):
    linked = tmp_path / "linked"
    git(repository, "worktree", "add", "--quiet", "-b", "side", str(linked))
    write(linked, {"side.txt": "x"})
    assert (linked / ".git").is_file()
    root, _ = find_root(str(linked / ".github"))
    opened = Git(root)
    assert not opened.bare
    assert list(WorkTree(root, git=opened).entries()) == [".github/workflows/ci.yml", "a.txt", "side.txt"]
    assert opened.resolve("HEAD") == opened.resolve("main")
    assert opened.default_branch() is None
    git(linked, "switch", "--quiet", "--detach")
    assert opened.default_branch() is None


@pytest.mark.parametrize("content", ["gitdir: /nonexistent/.git\n", "nonsense", ""])
def test_a_git_file_that_leads_nowhere(tmp_path, content):
    make_repository(tmp_path, {"outer.txt": "x"})
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / ".git").write_text(content)
    assert find_root(str(inner)) == (str(inner), True)
    opened = Git(str(inner))
    with pytest.raises(RepositoryError) as caught:
        opened.has_commit()
    assert caught.value.sentence().startswith(f"{inner}: git rev-parse failed: fatal: ")
    with pytest.raises(RepositoryError):
        WorkTree(str(inner), git=opened).entries()


def test_an_empty_git_folder_is_not_the_repository_around_it(tmp_path):
    make_repository(tmp_path, {"outer.txt": "x"})
    (tmp_path / "inner/.git").mkdir(parents=True)
    with pytest.raises(GitFailedError, match="not a git repository"):
        Git(str(tmp_path / "inner")).has_commit()


def test_a_path_that_is_gone(tmp_path):
    with pytest.raises(RepositoryError, match="git ls-files failed"):
        WorkTree(str(tmp_path / "gone"), git=Git(str(tmp_path / "gone"))).entries()


# -- commits and names -------------------------------------------------------------------------------------------------


def test_repository_without_commits(tmp_path):
    git(tmp_path, "init", "--quiet")
    write(tmp_path, {"a.txt": "x"})
    opened = Git(str(tmp_path))
    assert not opened.has_commit()
    assert opened.default_branch() == "main"
    assert opened.slug() == ""
    assert list(WorkTree(str(tmp_path), git=opened).entries()) == ["a.txt"]
    with pytest.raises(UsageError, match=r"there is no commit 'HEAD' \(see: git branch --all\)"):
        opened.resolve("HEAD")


def test_resolve(tmp_path, repository):
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "tag", "-a", "v1", "-m", "x")
    write(repository, {"a.txt": "two\n"})
    second = commit(repository)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    git(repository, "branch", "feature", first)
    git(clone, "fetch", "--quiet")
    opened = Git(str(clone))
    assert [opened.resolve(ref) for ref in ("HEAD", "main", "v1", "feature", second[:10], "HEAD^")] == [
        *(second, second, first, first, second, first),
    ]
    assert opened.default_branch() == "main"
    assert opened.merge_base("feature", "main") is None  # a branch of `origin` alone has no name of its own
    assert opened.merge_base(first, second) == first
    assert not opened.shallow()
    for ref in ("nope", "f" * 40, "HEAD:a.txt", "HEAD^{tree}"):
        with pytest.raises(UsageError, match="there is no commit"):
            opened.resolve(ref)


def test_unrelated_histories_have_no_merge_base(repository):
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "--quiet", "--orphan", "other")
    assert Git(str(repository)).merge_base(first, commit(repository, "other")) is None


def test_a_shallow_clone_without_the_base(tmp_path, repository):
    first = git(repository, "rev-parse", "HEAD")
    write(repository, {"a.txt": "two\n"})
    second = commit(repository)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", str(clone))
    opened = Git(str(clone))
    assert opened.shallow()
    assert opened.resolve("main") == second
    with pytest.raises(BaseUnavailableError) as caught:
        opened.resolve(first)
    assert caught.value.sentence() == (
        f"the commit '{first}' is not in this shallow clone "
        f"(fetch it: git fetch --depth=50 origin {first}, or set fetch-depth: 2 in actions/checkout)"
    )
    assert opened.merge_base(first, second) is None


def test_default_branch(tmp_path, repository):
    opened = Git(str(repository))
    assert opened.default_branch() == "main"
    git(repository, "switch", "--quiet", "-c", "feature/x")
    assert opened.default_branch() is None
    git(repository, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/1")
    assert opened.default_branch() == "release/1"
    (repository / ".git/refs/remotes/origin/HEAD").unlink()
    os.mkfifo(repository / ".git/refs/remotes/origin/HEAD")
    assert opened.default_branch() is None
    assert tmp_path.exists()


def test_slug(repository):
    opened = Git(str(repository))
    assert opened.slug() == ""
    git(repository, "config", "remote.origin.url", "git@github.com:owner/name.git")
    assert opened.slug() == "owner/name"


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("https://github.com/o/n.git", "o/n"),
        ("https://user:token@ghe.example.org:8443/o/n/", "o/n"),
        ("ssh://git@github.com/o/n", "o/n"),
        ("git@github.com:o/n.git", "o/n"),
        ("https://example.org/group/sub/n.git", "sub/n"),
        ("file:///srv/o/n", ""),
        ("/srv/o/n", ""),
        ("../o/n", ""),
        ("C:/o/n", "o/n"),
        ("github.com:n", ""),
        ("", ""),
    ],
)
def test_slug_of(address, slug):
    assert slug_of(address) == slug


# -- bounds ------------------------------------------------------------------------------------------------------------


def fake_git(tmp_path, monkeypatch, body):
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{body}\n")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_git_that_hangs_is_stopped(tmp_path, monkeypatch, repository):
    fake_git(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(module, "SECONDS", 0.2)
    before = time.monotonic()
    with pytest.raises(GitFailedError, match="git ls-files was stopped: it took too long"):
        Git(str(repository)).run("ls-files")
    tree = CommitTree(Git(str(repository)), "f" * 40)
    tree._entries = dict.fromkeys(["a"], WorkTree(str(repository), git=None).entries()["a.txt"].replace(blob="f" * 40))
    with pytest.raises(UnreadableError, match="a: it took too long"):
        tree.read("a")
    assert time.monotonic() - before < 10


def test_git_that_floods_is_stopped(tmp_path, monkeypatch, repository):
    fake_git(tmp_path, monkeypatch, "exec cat /dev/zero")
    monkeypatch.setattr(module, "MOST_OUTPUT", 1000)
    with pytest.raises(GitFailedError, match="git ls-files was stopped: it wrote more than 1000 bytes"):
        Git(str(repository)).run("ls-files")


def test_git_that_is_killed(tmp_path, monkeypatch, repository):
    fake_git(tmp_path, monkeypatch, "kill -9 $$")
    with pytest.raises(GitFailedError, match="git ls-files failed: exit status -9") as caught:
        Git(str(repository)).run("ls-files")
    assert caught.value.code == -9


def test_without_git(tmp_path, monkeypatch, repository):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(RepositoryError, match=r"git is not installed \(install it with your package manager\)"):
        Git(str(repository)).run("ls-files")
    assert find_program("git") is None


@pytest.mark.parametrize(
    "lines",
    [
        '[remote "origin"]\n\turl = https://host.example/owner/name.git\n',
        '[remote "origin"]\n\turl = "https://host.example/owner/name.git"\n',
        '[remote "origin"]\n\turl = https://host.example/owner/name.git # a comment\n',
        '[remote "origin"]\n\turl = https://host.example/owner/\\\nname.git\n',
        '[remote "origin"]\n\turl = https://host.example/a/b.git\n\turl = https://host.example/owner/name.git\n',
        '[remote "other"]\n\turl = https://host.example/a/b.git\n[remote "origin"]\nurl=git@host.example:owner/name\n',
    ],
)
def test_the_slug_is_what_git_reads_from_its_configuration(repository, lines):
    config = repository / ".git" / "config"
    config.write_text(config.read_text() + lines)
    assert slug_of(git(repository, "config", "--get", "remote.origin.url")) == "owner/name"
    assert Git(str(repository)).slug() == "owner/name"


def test_an_included_configuration_counts(repository, tmp_path):
    (tmp_path / "more").write_text('[remote "origin"]\n\turl = https://host.example/owner/name.git\n')
    config = repository / ".git" / "config"
    config.write_text(f"{config.read_text()}[include]\n\tpath = {tmp_path / 'more'}\n")
    assert Git(str(repository)).slug() == "owner/name"


def test_the_commit_that_is_checked_out_is_read_from_plain_files_and_packed_ones(repository):
    wanted = git(repository, "rev-parse", "HEAD")
    assert Git(str(repository)).resolve("HEAD") == wanted
    git(repository, "pack-refs", "--all")
    assert Git(str(repository)).resolve("HEAD") == wanted
    git(repository, "checkout", "--quiet", "--detach")
    assert Git(str(repository)).resolve("HEAD") == wanted


def test_run_bounded_feeds_and_drains():
    data = os.urandom(3_000_000)
    assert run_bounded([find_program("cat")], {}, data, 20, len(data)) == (0, data, b"")
    code, output, errors = run_bounded([find_program("sh"), "-c", "echo no >&2; exit 3"], {}, data, 20, 10)
    assert (code, output, errors) == (3, b"", b"no\n")
    flood = "head -c 1000000 /dev/zero >&2; echo done"
    code, output, errors = run_bounded([find_program("sh"), "-c", flood], dict(os.environ), b"", 20, 10)
    assert (code, output) == (0, b"done\n")
    assert len(errors) < 2_000_000
    with pytest.raises(ProcessError, match="it took too long"):
        run_bounded([find_program("sh"), "-c", "exec sleep 60"], dict(os.environ), b"", 0.1, 10)
    with pytest.raises(OSError, match="No such file"):
        run_bounded(["/nonexistent/program"], {}, b"", 1, 10)


def test_no_descriptor_and_no_process_is_left(repository):
    opened = Git(str(repository))
    CommitTree(opened, opened.resolve("HEAD")).read("a.txt")
    opened.close()
    opened.close()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        CommitTree(opened, opened.resolve("HEAD")).read("a.txt")
        opened.run("ls-files")
        opened.close()
        with pytest.raises(OSError, match="No such file"):
            run_bounded(["/nonexistent/program"], {}, b"", 1, 10)
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_the_empty_repository_is_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with EmptyRepository(str(tmp_path)) as opened:
        assert Path(opened.folder).parent == tmp_path
        assert Path(opened.folder).stat().st_mode & 0o777 == 0o700
        assert not opened.has_commit()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("TMPDIR", "relative")
    assert os.path.isabs(EmptyRepository(str(tmp_path)).folder)
