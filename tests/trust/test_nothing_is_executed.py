"""Nothing of the repository runs, and no socket is opened."""

import json
import os
import shutil
import sys

import pytest

from cli_harness import CLEAN, INJECTED, analyze, cli, environment
from repository_harness import commit, git, hostile_settings, make_repository, trap, write

WATCHED = """
import sys, json
seen = []
def hook(event, args):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.system", "os.posix_spawn", "os.fork", "os.startfile",
                         "ctypes.", "urllib.", "ftplib.", "smtplib.")):
        seen.append([event, repr(args[0]) if args else ""])
sys.addaudithook(hook)
from phase_mirror.cli.main import main
code = main(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    json.dump(seen, file)
sys.exit(code)
"""


def hostile(folder, program):
    """Give a repository every setting that could run a program, and hooks."""
    for name, value in hostile_settings(program).items():
        git(folder, "config", name, str(value))
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman", "pre-auto-gc"):
        shutil.copy(program, folder.parent / hook)
        shutil.copy(program, folder / ".git/hooks" / hook)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "repository"
    files = {
        ".github/workflows/t.yml": INJECTED,
        "CODEOWNERS": "* @acme/all\n",
        ".gitattributes": "* filter=trap diff=trap merge=trap\n",
        ".phase-mirror.yml": "extends: standard\n",
        "conftest.py": "raise SystemExit(99)\n",
        "phase_mirror/__init__.py": "raise SystemExit(99)\n",
        "sitecustomize.py": "raise SystemExit(99)\n",
        "yaml.py": "raise SystemExit(99)\n",
        "Makefile": "all:\n\ttouch executed\n",
        "setup.py": "raise SystemExit(99)\n",
        ".pre-commit-config.yaml": "repos: []\n",
    }
    make_repository(folder, files)
    git(folder, "switch", "--quiet", "-c", "feature")
    write(folder, {"CODEOWNERS": "/x @acme/all\n"})
    commit(folder)
    return folder


def test_a_hostile_git_configuration_runs_nothing(tmp_path, folder):
    program, marker = trap(tmp_path)
    hostile(folder, program)
    os.utime(folder / "CODEOWNERS", (1, 1))
    git(folder, "status", check=False)
    assert marker.exists()  # the trap works
    marker.unlink()
    os.utime(folder / "CODEOWNERS", (2, 2))
    for arguments in (("--base", "main"), ("--ref", "feature", "--base", "main"), ("--mode", "drift")):
        analyze(folder, *arguments, code=1)
    for command in ("doctor", "config"):
        words = (command, "show", folder) if command == "config" else (command, folder)
        assert cli(*words, home=tmp_path)[0] == 0
    assert not marker.exists()


def test_a_partial_clone_is_not_completed(tmp_path, folder):
    program, marker = trap(tmp_path)
    git(folder, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--branch", "feature", f"file://{folder}", str(clone))
    hostile(clone, program)
    git(clone, "config", "remote.origin.uploadpack", str(program))
    _, report = analyze(clone, "--base", "origin/main", code=None)
    assert not marker.exists()
    assert report["meta"]["base"]


def test_programs_and_modules_of_the_repository_are_not_used(tmp_path, folder):
    program, marker = trap(tmp_path)
    shutil.copy(program, folder / "git")
    done = cli("analyze", ".", "--no-cache", home=tmp_path, cwd=folder, prefix=(), PATH=f":.:{os.environ['PATH']}")
    # `python -m` puts the current folder on the module path, which is Python's doing; the script does not
    script = os.path.join(os.path.dirname(sys.executable), "phase-mirror")
    assert done[0] == 99
    import subprocess

    variables = environment(tmp_path, PATH=f":.:{os.environ['PATH']}")
    found = subprocess.run([script, "analyze", "."], cwd=folder, env=variables, capture_output=True, check=False)
    assert found.returncode == 1, found.stderr
    assert not marker.exists()
    assert not (folder / "executed").exists()


def test_git_is_the_only_program_and_no_socket_is_opened(tmp_path, folder):
    import subprocess

    git(folder, "config", "remote.origin.url", "https://example.org/acme/app.git")
    for number, words in enumerate(
        (
            ["analyze", str(folder), "--base", "main"],
            ["doctor", str(folder)],
            ["config", "show", str(folder)],
            ["rules"],
        )
    ):
        seen = tmp_path / f"seen{number}"
        command = [sys.executable, "-c", WATCHED, str(seen), *words]
        subprocess.run(command, env=environment(tmp_path), capture_output=True, check=False)
        found = json.loads(seen.read_text())
        assert {event for event, _ in found} <= {"os.posix_spawn"}
        assert {name.strip("'b") for _, name in found} <= {shutil.which("git")}


def test_a_folder_without_git_runs_nothing_either(tmp_path):
    program, marker = trap(tmp_path)
    folder = tmp_path / "plain"
    write(
        folder,
        {
            ".github/workflows/t.yml": CLEAN,
            ".gitattributes": "* filter=trap\n",
            "config": f"[core]\nfsmonitor={program}\n",
        },
    )
    _, report = analyze(folder, code=0)
    assert report["meta"]["commit"] == ""
    assert not marker.exists()
