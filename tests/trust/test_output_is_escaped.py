"""Text of the repository is neutralised for every medium: terminals, runners, Markdown, HTML, JSON readers."""

import json
import re

import pytest

from cli_harness import cli
from repository_harness import commit, git, make_repository, write

ESCAPE = "\x1b]0;owned\x07\x1b[2J\x9b31m"
BIDI = "\u202e\u2066evil\u2069\u200f\ufeff\u200b"
COMMANDS = "::error file=x::owned", "##[add-matcher]owned.json", "##vso[task.complete]owned"
MARKUP = "![x](https://evil.example/x.png) <img src=x onerror=alert(1)> @acme/everyone #1 [a](javascript:b)"
NAMES = [
    "line\nbreak::error::owned",
    "\n::error::owned",
    "##[error]owned",
    f"esc{ESCAPE}",
    f"bidi{BIDI}",
    "<script>alert(1)</script>",
    "![img](x)",
    "`tick` | pipe",
    b"not-utf-8-\xff\xfe".decode("utf-8", "surrogateescape"),
]
"""File names; a slash would make folders."""


def flow(title):
    """Return a workflow whose own texts attack, with a finding that quotes them."""
    name = json.dumps(title)  # a JSON text is a YAML text
    quoted = title.encode("unicode_escape").decode()
    return (
        f"on: issues\npermissions: {{issues: write}}\nname: {name}\njobs:\n  triage:\n    name: {name}\n"
        f"    runs-on: ubuntu-latest\n    steps:\n      - name: {name}\n        run: |\n"
        f'          echo "${{{{ github.event.issue.title }}}}" # {quoted} {" ".join(COMMANDS)}\n'
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("escape") / "repository"
    titles = [*COMMANDS, f"x\n{COMMANDS[0]}", ESCAPE, BIDI, MARKUP, "``` `` `", "\u2028::error::owned", "\r::error::x"]
    base = {"CODEOWNERS": "".join(f"{MARKUP.partition(' ')[0]}{number}/ @acme/a\n" for number in range(3))}
    make_repository(folder, {**base, ".phase-mirror.yml": "claims: ['::error::owned ##[error]owned']\n"})
    git(folder, "switch", "--quiet", "-c", "feature")
    files = {f".github/workflows/t{number}.yml": flow(title) for number, title in enumerate(titles)}
    files |= {f".github/workflows/{name}.yml": flow(name) for name in NAMES if "/" not in name}
    files[".github/workflows/::error::broken\n.yml"] = "on: [\n::error::owned"
    files[".github/workflows/dup.yml"] = f'on: push\n"{MARKUP}": 1\n"{MARKUP}": 2\n'
    files["docs/\n##[error]owned\n/settings.json"] = "{"
    write(folder, {**files, "CODEOWNERS": f"# {MARKUP}\n", ".phase-mirror.yml": '"::error::\\u001b[2J": 1\n'})
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def outputs(folder):
    """Return what every format prints, and the errors of a broken configuration."""
    found = {}
    for shape in ("terminal", "json", "sarif", "github", "markdown"):
        code, out, err = cli("analyze", folder, "--base", "main", "-v", "--format", shape, home=folder.parent)
        assert code == 1, err
        found[shape] = out.decode()
        assert err == b""
    code, out, err = cli("analyze", folder, home=folder.parent)
    assert (code, out) == (2, b"")
    found["error"] = err.decode()
    found["doctor"] = cli("doctor", folder, home=folder.parent)[1].decode()
    return found


SHAPES = ("terminal", "json", "sarif", "github", "markdown", "error", "doctor")


@pytest.mark.parametrize("shape", SHAPES)
def test_no_runner_finds_a_command_of_the_repository(outputs, shape):
    for line in outputs[shape].splitlines():
        bare = line.lstrip()
        if shape == "github" and re.match(r"::(error|warning|notice) (file|title)=", bare):
            bare = bare[2:].partition("::")[2]
        assert not re.match(r"::\w", bare), line
        assert not re.search(r"##\[\w|##vso\[", line), line


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_invisible_and_no_escape_reaches_the_reader(outputs, shape):
    text = outputs[shape]
    assert "MD-203" in text or shape in {"error", "doctor"}
    bad = [char for char in text if char not in "\n\u200b" and not char.isprintable()]
    assert bad == []
    for char in (*ESCAPE[:1], "\x07", "\x9b", *BIDI.replace("evil", "").replace("\u200b", ""), "\u2028"):
        assert char not in text


def test_a_zero_width_space_stands_only_where_we_put_one(outputs):
    for shape in ("json", "sarif"):
        assert "\u200b" not in outputs[shape]


def test_json_is_ascii_and_read_by_strict_readers(outputs):
    for shape in ("json", "sarif"):
        assert outputs[shape].isascii()
        outputs[shape].encode("utf-8")
        json.loads(outputs[shape], parse_constant=pytest.fail)
        assert not re.search(r"\\ud[89a-f]", outputs[shape])


def test_markdown_has_no_image_link_mention_or_html_of_the_repository(outputs):
    text = outputs["markdown"]
    outside = re.sub(r"(`+)(?:(?!\1).|\n)*?\1", "", text)  # what stands in code is shown as it is
    assert "<script" not in outside
    assert "<img" not in outside
    assert not re.search(r"(?<!\\)!\[", outside)
    assert "javascript:" not in re.findall(r"\]\(<?([^)>]*)", outside)
    assert not re.search(r"(?<![\w\\])@(?=acme)", outside)
    assert not re.search(r"(?<!\w)#\d", outside)
    assert set(re.findall(r"\]\(<(https://[^/>]*)", outside)) <= {"https://github.com", "https://docs.github.com"}


def test_one_finding_is_one_annotation(outputs):
    lines = outputs["github"].splitlines()
    assert all(line.count("::") >= 2 for line in lines if line.startswith("::"))
    for line in lines:
        if line.startswith("::"):
            properties = line[2:].partition("::")[0]
            assert re.fullmatch(r"\w+ (\w+=[^,:]*)(,\w+=[^,:]*)*", properties), line


def test_file_names_are_complete_in_json(outputs, folder):
    report = json.loads(outputs["json"])
    paths = {side["path"] for item in report["items"] for side in item["evidence"] if "path" in side}
    assert f".github/workflows/{NAMES[0]}.yml" in paths
    assert len([path for path in paths if path.startswith(".github/workflows/")]) >= 15
