"""The documentation cannot lie: its commands are run, its generated parts are fresh, its links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from repository_harness import make_repository

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(path for path in (ROOT / "docs").rglob("*.md") if "example" not in path.parts)])
FENCE = re.compile(r"(?ms)^(`{3,})[^\n]*\n.*?^\1\s*$")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")


def test_generated_files_are_fresh():
    done = subprocess.run(
        [sys.executable, "scripts/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=[str(path.relative_to(ROOT)) for path in PAGES])
def test_relative_links_lead_to_files(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    dead = [
        target
        for pattern in (LINK, PICTURE)
        for target in pattern.findall(text)
        if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert dead == []


def commands_of_the_readme():
    (block,) = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return [line.partition("#")[0].strip() for line in block.splitlines() if line.strip()]


def test_the_readme_has_two_commands():
    assert commands_of_the_readme() == ["make run REPO=path/to/repository", "make test"]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_run_analyzes_a_repository(tmp_path):
    shutil.copytree(ROOT / "docs" / "images" / "example", tmp_path / "example")
    make_repository(tmp_path / "example", {})
    command = commands_of_the_readme()[0].replace("path/to/repository", str(tmp_path / "example")).split()
    bin_folder = Path(sys.executable).parent
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "GITHUB_"))
    }
    environment["PHASE_MIRROR_DATA_DIR"] = "/nonexistent"
    done = subprocess.run(
        [*command, f"VENV={bin_folder.parent}", "ARGS=--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert "MD-101" in done.stdout, done.stderr
    assert "make: ***" in done.stderr  # the example blocks, and make hands that on


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("target", ["test", "check", "lint", "types", "contracts", "fresh", "self", "bench", "help"])
def test_every_make_target_can_be_planned(target):
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_version_has_a_changelog_entry():
    from phase_mirror.version import __version__

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in text or "## [Unreleased]" in text


def test_nothing_names_the_machine_it_was_made_on():
    folders = ("src", "tests", "docs", "benchmarks", "scripts", "requirements")
    texts = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts += [path for path in ROOT.glob("*") if path.is_file() and not path.name.startswith(".coverage")]
    words = ("/" + "work/", "/root" + "/", "lib" + "rary/", "files.python" + "hosted.org", "registry.npm" + "js.org")
    named = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in texts
        if "__pycache__" not in path.parts and path.suffix not in {".so", ".pyd"}  # built here, not committed
        for word in words
        if word in path.read_bytes().decode("utf-8", "replace")
    ]
    assert named == []
