"""Secrets of the repository appear in no output, log or cache; what we write is private."""

import os

import pytest

from cli_harness import INJECTED, cli
from repository_harness import commit, git, make_repository, write

TOKEN = "ghp_" + "q7Rt2LmX9vBn4KsW8yDc1FhJ5pZg3TaE6uNo"[:36]
KEY = "AKIA" + "QX7RT2LMB3VN4KSW"
PASSWORD = "hunter2-correct-horse-battery"
SECRETS = (TOKEN, KEY, PASSWORD)

FLOW = f"""on: issues
permissions: {{issues: write}}
name: deploy {TOKEN}
jobs:
  {KEY}:
    name: uses {TOKEN}
    runs-on: ubuntu-latest
    env:
      DB_PASSWORD: {PASSWORD}
    steps:
      - name: push with {TOKEN}
        run: curl -H "Authorization: token {TOKEN}" -d "${{{{ github.event.issue.title }}}}" https://x:{TOKEN}@example.org
      - run: AWS_ACCESS_KEY_ID={KEY} DB_PASSWORD={PASSWORD} ./triage.sh "${{{{ github.event.issue.body }}}}"
      - run: make  # phase-mirror: ignore[MD-203] the token is {TOKEN} until=2020-01-01
"""
SETTINGS = f"""branches:
  - name: main
    protection:
      required_pull_request_reviews: null
      required_status_checks: {{strict: true, contexts: ["check {TOKEN}", "lint"]}}
      enforce_admins: null
      restrictions: null
"""
BASE = {
    ".github/workflows/deploy.yml": INJECTED,
    ".github/settings.yml": SETTINGS,
    "CODEOWNERS": f"/{TOKEN}/ @acme/{KEY}\n",
    f"{TOKEN}/x": "",
    ".phase-mirror.yml": f'policy: {{gate: {{checks: ["check {TOKEN}"]}}}}\nclaims: ["{TOKEN} is secret"]\n'
    f'exemptions: [{{rule: MD-502, path: "a/{TOKEN}", reason: "see {TOKEN}", expires: 2020-01-01}}]\n',
}
HEAD = {
    ".github/workflows/deploy.yml": FLOW,
    ".github/workflows/broken.yml": f"on: push\n{TOKEN}: [{TOKEN}\n",
    ".github/workflows/twice.yml": f"on: push\n{TOKEN}: 1\n{TOKEN}: 2\n",
    ".github/settings.yml": SETTINGS.replace("lint", "style"),
    "CODEOWNERS": f"/{KEY}/ @acme/{KEY}\n",
    ".phase-mirror.yml": "version: 1\n",
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "repository"
    make_repository(folder, BASE)
    git(folder, "switch", "--quiet", "-c", "feature")
    write(folder, HEAD)
    commit(folder)
    return folder


def everything_below(folder):
    for top, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(top, name), "rb") as file:
                yield os.path.join(top, name), file.read()


@pytest.mark.parametrize("shape", ["terminal", "json", "sarif", "github", "markdown"])
def test_planted_secrets_appear_nowhere(tmp_path, folder, shape):
    home = tmp_path / "home"
    home.mkdir()
    outputs = [f"--output={each}={tmp_path}/report.{each}" for each in ("json", "sarif", "markdown", "terminal")]
    words = ("analyze", folder, "--base", "main", "--format", shape, *outputs)
    for more in ((), ("-v",), ("--write-baseline", tmp_path / "baseline.json")):
        code, out, err = cli(*words, *more, home=home, PHASE_MIRROR_LOG="debug")
        assert code in {1, 3}, err
        for secret in SECRETS:
            assert secret.encode() not in out + err, (more, secret)
    assert b"MD-203" in out
    written = dict(everything_below(home))
    for name in os.listdir(tmp_path):
        if name.startswith(("report.", "baseline")):
            written[name] = (tmp_path / name).read_bytes()
    assert len(written) > 5
    for name, data in written.items():
        for secret in SECRETS:
            assert secret.encode() not in data, (name, secret)


@pytest.mark.parametrize(
    "config",
    [
        f"{TOKEN}: 1\n",
        f"extends: {TOKEN}\n",
        f"rules: {{{TOKEN}: off}}\n",
        f"rules: {{MD-203: {TOKEN}}}\n",
        f"modes: {{{TOKEN}: {{}}}}\n",
        f"policy: [{TOKEN}\n",
        f"redaction: {{patterns: [{{name: x, regex: '({TOKEN}'}}]}}\n",
    ],
)
def test_errors_about_the_configuration_quote_no_secret(tmp_path, config):
    folder = tmp_path / "repository"
    make_repository(folder, {".phase-mirror.yml": config})
    for words in (("analyze", folder), ("config", "validate", folder), ("config", "show", folder), ("doctor", folder)):
        code, out, err = cli(*words, home=tmp_path)
        assert code in {1, 2}
        assert TOKEN.encode() not in out + err, words


def test_the_environment_is_not_shown(tmp_path, folder):
    code, out, err = cli("analyze", folder, "-v", home=tmp_path, GITHUB_TOKEN=TOKEN, AWS_SECRET_ACCESS_KEY=PASSWORD)
    assert code in {0, 1}
    assert TOKEN.encode() not in out + err
    assert PASSWORD.encode() not in out + err


# -- what we write ----------------------------------------------------------------------------------------------------


def test_what_is_written_is_private(tmp_path, folder):
    home = tmp_path / "home"
    home.mkdir()
    outside = tmp_path / "out"
    outside.mkdir()
    old = os.umask(0)
    try:
        words = ("analyze", folder, "--base", "main", "--output", outside / "report.json")
        assert cli(*words, home=home)[0] in {1, 3}
        cli("analyze", folder, "--ref", "main", home=home)
        cli(*words, "--write-baseline", outside / "baseline.json", home=home)
    finally:
        os.umask(old)
    cache = home / ".cache/phase-mirror"
    assert cache.stat().st_mode & 0o777 == 0o700
    files = [*cache.iterdir(), *outside.iterdir()]
    assert {path.name for path in outside.iterdir()} == {"report.json", "baseline.json"}
    assert [path for path in files if path.stat().st_mode & 0o777 != 0o600] == []
    assert (cache / "key") in files


def test_nothing_is_written_into_the_repository(tmp_path, folder):
    before = git(folder, "status", "--porcelain", "--ignored")
    listing = sorted(path for path, _ in everything_below(folder))
    cli("analyze", folder, "--base", "main", home=tmp_path, cwd=folder.parent)
    assert git(folder, "status", "--porcelain", "--ignored") == before
    assert sorted(path for path, _ in everything_below(folder)) == listing


def test_an_output_that_is_a_link_is_replaced_and_not_followed(tmp_path, folder):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "report.json").symlink_to(victim)
    cli("analyze", folder, "--output", tmp_path / "report.json", home=tmp_path)
    assert victim.read_text() == "precious"
