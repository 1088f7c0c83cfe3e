"""The command line as a user meets it: every command, its exit codes, and the sentences of its mistakes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from phase_mirror.cli.main import main
from phase_mirror.version import __version__
from repository_harness import commit, make_repository, write

RULESET = json.dumps(
    {
        "name": "main",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [
            {
                "type": "required_status_checks",
                "parameters": {"required_status_checks": [{"context": "test", "integration_id": 15368}]},
            }
        ],
    },
    indent=2,
)
WORKFLOW = """name: CI
on: pull_request
permissions: {contents: read}
jobs:
  test:
    name: Unit tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
"""
CONTRADICTION = {
    ".github/rulesets/main.json": RULESET,
    ".github/workflows/ci.yml": WORKFLOW,
    "README.md": "# x\n",
    "Makefile": "test:\n\ttrue\n",
}
CLEAN = {**CONTRADICTION, ".github/workflows/ci.yml": WORKFLOW.replace("    name: Unit tests\n", "")}


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "PHASE_MIRROR_")) or name in {"NO_COLOR", "XDG_CACHE_HOME"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PHASE_MIRROR_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def blocking(tmp_path):
    make_repository(tmp_path / "blocking", CONTRADICTION)
    return str(tmp_path / "blocking")


@pytest.fixture
def clean(tmp_path):
    make_repository(tmp_path / "clean", CLEAN)
    return str(tmp_path / "clean")


def run(capfdbinary, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


def test_a_contradiction_blocks_and_a_clean_repository_passes(capfdbinary, blocking, clean):
    code, out, err = run(capfdbinary, "analyze", blocking)
    assert code == 1
    assert "high[MD-101]: Required check 'test' is never reported" in out
    assert out.splitlines()[-1].startswith("block: 1 high finding (MD-101)")
    assert err == ""
    code, out, err = run(capfdbinary, "analyze", clean)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith("pass: No contradiction was found.")


def test_quiet_prints_the_summary_alone_and_verbose_the_rules(capfdbinary, blocking):
    _, out, _ = run(capfdbinary, "analyze", "-q", blocking)
    assert len(out.splitlines()) == 1
    _, out, _ = run(capfdbinary, "analyze", "-v", blocking)
    assert "MD-104" in out
    assert " ms" in out


def test_dry_run_and_calibration_never_block(capfdbinary, blocking):
    code, out, _ = run(capfdbinary, "analyze", "--dry-run", blocking)
    assert code == 0
    assert "Dry run: it only warns" in out
    code, out, _ = run(capfdbinary, "analyze", "--mode", "calibration", blocking)
    assert code == 0
    assert "Calibration never blocks" in out


def test_rules_can_be_selected_and_ignored(capfdbinary, blocking):
    code, out, _ = run(capfdbinary, "analyze", "--rules", "MD-102,MD-004", blocking)
    assert code == 0
    code, out, _ = run(capfdbinary, "analyze", "--ignore", "MD-001", blocking)
    assert code == 0
    code, out, _ = run(capfdbinary, "analyze", "--rules", "MD-001", "--format", "json", blocking)
    assert code == 1
    assert json.loads(out)["meta"]["selection"]


def test_one_run_writes_several_outputs(capfdbinary, blocking, tmp_path):
    files = {name: tmp_path / f"out.{name}" for name in ("json", "sarif", "md")}
    code, _, _ = run(
        capfdbinary,
        "analyze",
        blocking,
        "--output",
        f"json={files['json']}",
        "--output",
        files["sarif"],
        "--output",
        f"markdown={files['md']}",
    )
    assert code == 1
    assert json.loads(files["json"].read_text())["machine_decision"]["outcome"] == "block"
    rules = json.loads(files["sarif"].read_text())["runs"][0]["tool"]["driver"]["rules"]
    assert any(rule["id"] == "MD-101" and rule["help"]["markdown"] for rule in rules)
    assert files["md"].read_text().startswith("<!-- phase-mirror -->")
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files.values())
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


def test_a_saved_report_renders_the_same_again(capfdbinary, blocking, tmp_path):
    saved = tmp_path / "saved.json"
    run(capfdbinary, "analyze", blocking, "--output", f"json={saved}")
    for name in ("terminal", "github", "markdown", "sarif", "json"):
        _, once, _ = run(capfdbinary, "analyze", blocking, "--format", name)
        code, again, _ = run(capfdbinary, "report", saved, "--format", name)
        assert code == 0
        assert same(again) == same(once)


def same(text):
    """Leave out what differs between two runs."""
    import re

    return re.sub(r'("(run_id|timestamp|startTimeUtc)": )"[^"]*"', r'\1""', text)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"{}", "'meta' is missing"),
        (b"\xff\xfe", "not JSON"),
    ],
)
def test_a_file_that_is_no_report_is_refused(capfdbinary, tmp_path, content, sentence):
    (tmp_path / "x.json").write_bytes(content)
    code, out, err = run(capfdbinary, "report", tmp_path / "x.json")
    assert (code, out) == (2, "")
    assert sentence in err
    assert "x.json" in err


def test_a_report_that_is_not_there_is_refused(capfdbinary, tmp_path):
    code, _, err = run(capfdbinary, "report", tmp_path / "nothing.json")
    assert code == 2
    assert "No such file" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "no command given"),
        (["analyse"], "did you mean analyze?"),
        (["analyze", "--fromat", "json"], "did you mean --format?"),
        (["analyze", "--format", "jsn"], "did you mean json?"),
        (["analyze", "--mode", "pull-request"], "did you mean pull_request?"),
        (["analyze", "--rules", "MD-110"], "there is no rule 'MD-110' (did you mean 'MD-1"),
        (["analyze", "--ignore", "MD-0001"], "did you mean 'MD-001'?"),
        (["rules", "MD-999"], "there is no rule 'MD-999'"),
        (["analyze", "--output", "report"], "the ending tells no format"),
        (["analyze", "--output", "xml=x"], "there is no format 'xml'"),
        (["analyze", "--output", "json=/nonexistent/x.json"], "cannot write"),
        (["analyze", "/nonexistent"], "no such directory"),
        (["analyze", __file__], "not a directory"),
        (["analyze", "--config", "/nonexistent.yml"], "/nonexistent.yml"),
        (["init", "--template", "strickt"], "did you mean strict?"),
        (["init", "/nonexistent"], "not a directory"),
        (["completion", "fishy"], "invalid choice"),
    ],
)
def test_a_mistake_is_named_with_the_next_step(capfdbinary, monkeypatch, clean, arguments, sentence):
    monkeypatch.chdir(clean)
    code, out, err = run(capfdbinary, *arguments)
    assert code == 2
    assert out == ""
    assert sentence in err
    assert err.startswith("phase-mirror: error: ")


def test_an_unknown_commit_is_refused(capfdbinary, clean):
    code, _, err = run(capfdbinary, "analyze", "--ref", "nothing", clean)
    assert code == 2
    assert "nothing" in err


def test_a_commit_is_read_without_a_checkout(capfdbinary, tmp_path):
    folder = tmp_path / "moving"
    first = make_repository(folder, CONTRADICTION)
    write(folder, CLEAN)
    commit(folder)
    assert run(capfdbinary, "analyze", folder)[0] == 0
    code, out, _ = run(capfdbinary, "analyze", "--ref", first, "--format", "json", folder)
    assert code == 1
    assert json.loads(out)["meta"]["commit"] == first


def test_what_is_on_the_base_already_is_shown_and_does_not_block(capfdbinary, tmp_path):
    folder = tmp_path / "change"
    base = make_repository(folder, CONTRADICTION)
    write(folder, {"README.md": "# changed\n"})
    commit(folder)
    code, out, _ = run(capfdbinary, "analyze", "--mode", "pull_request", "--base", base, folder)
    assert code == 0
    assert "1 pre-existing" in out


def test_a_baseline_file_lets_a_repository_start(capfdbinary, blocking, tmp_path):
    baseline = tmp_path / "baseline.json"
    code, _, _ = run(capfdbinary, "analyze", blocking, "--write-baseline", baseline)
    assert code == 1
    code, out, _ = run(capfdbinary, "analyze", blocking, "--baseline", baseline)
    assert code == 0
    assert "1 pre-existing" in out


def test_rules_lists_and_explains(capfdbinary):
    code, out, _ = run(capfdbinary, "rules")
    assert code == 0
    assert "MD-001 Merge gate" in out
    code, out, _ = run(capfdbinary, "rules", "MD-101")
    assert code == 0
    assert "Example" in out
    assert "is never reported" in out
    code, out, _ = run(capfdbinary, "rules", "MD-001", "--format", "json")
    assert {rule["family"] for rule in json.loads(out)} == {"MD-001"}


@pytest.mark.parametrize("template", ["minimal", "standard", "strict"])
def test_init_writes_a_valid_configuration(capfdbinary, clean, template):
    code, out, _ = run(capfdbinary, "init", "--template", template, clean)
    assert code == 0
    assert "config validate" in out
    code, out, _ = run(capfdbinary, "config", "validate", clean)
    assert (code, out) == (0, ".phase-mirror.yml: valid\n")
    code, _, err = run(capfdbinary, "init", clean)
    assert code == 2
    assert "--force" in err
    assert run(capfdbinary, "init", "--force", clean)[0] == 0


def test_config_shows_each_value_with_its_origin(capfdbinary, clean):
    write(clean, {".phase-mirror.yml": "version: 1\nextends: minimal\nrules: {MD-204: off}\n"})
    code, out, _ = run(capfdbinary, "config", "show", clean)
    assert code == 0
    assert "MD-204" in out
    assert ".phase-mirror.yml" in out
    code, out, _ = run(capfdbinary, "config", "show", "--format", "json", clean)
    assert {"key", "value", "origin", "place"} == set(json.loads(out)[0])
    write(clean, {".phase-mirror.yml": "version: 1\nrulez: {}\n"})
    code, _, err = run(capfdbinary, "config", "validate", clean)
    assert code == 2
    assert "unknown key 'rulez' (did you mean 'rules'?)" in err
    assert ".phase-mirror.yml:2:1" in err


def test_doctor_examines_the_installation(capfdbinary, clean):
    code, out, _ = run(capfdbinary, "doctor", clean)
    assert code == 0
    assert __version__ in out
    code, out, _ = run(capfdbinary, "doctor", "--format", "json", clean)
    assert {"check", "result", "text", "then"} == set(json.loads(out)[0])


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_names_the_commands(capfdbinary, shell):
    code, out, _ = run(capfdbinary, "completion", shell)
    assert code == 0
    assert "analyze" in out


def test_version_and_help(capfdbinary):
    assert run(capfdbinary, "--version") == (0, f"phase-mirror {__version__}\n", "")
    with pytest.raises(SystemExit) as ended:
        main(["analyze", "--help"])
    assert ended.value.code == 0


def test_colour_is_used_when_asked_for(capfdbinary, monkeypatch, blocking):
    assert "\x1b[" not in run(capfdbinary, "analyze", blocking)[1]
    assert "\x1b[" in run(capfdbinary, "analyze", "--color", "always", blocking)[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(capfdbinary, "analyze", "--color", "auto", blocking)[1]


def test_a_bug_says_where_it_is_and_quotes_nothing(capfdbinary, monkeypatch, clean):
    import phase_mirror.app.analyze as module

    def broken(*_):
        raise RuntimeError("content of the repository")

    monkeypatch.setattr(module, "open_trees", broken)
    code, out, err = run(capfdbinary, "analyze", clean)
    assert (code, out) == (4, "")
    assert "internal error: RuntimeError at app/analyze.py:" in err
    assert "content of the repository" not in err


def test_it_runs_as_a_module_and_as_a_script(clean):
    for command in ([sys.executable, "-m", "phase_mirror"], [str(Path(sys.executable).with_name("phase-mirror"))]):
        done = subprocess.run([*command, "analyze", "-q", clean], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("pass:")


def test_a_closed_pipe_is_no_bug(blocking):
    command = f"'{sys.executable}' -m phase_mirror analyze --format json '{blocking}' | head -c 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout == "{"
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr


def test_the_python_interface_is_what_is_promised(blocking):
    import phase_mirror
    from phase_mirror import Finding, Report, analyze

    report = analyze(blocking, mode="local")
    assert isinstance(report, Report)
    assert isinstance(report.items[0], Finding)
    assert report.decision.outcome == "block"
    with pytest.raises(AttributeError):
        _ = phase_mirror.nothing
    from phase_mirror.errors import UsageError

    with pytest.raises(UsageError, match="did you mean 'drift'"):
        analyze(blocking, mode="drifts")
