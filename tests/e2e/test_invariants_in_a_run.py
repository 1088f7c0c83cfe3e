"""The invariants as a user meets them: a change that grants everything blocks, and `validate` shows each."""

import json

import pytest

from cli_harness import CLEAN, analyze, cli, items, reasons
from phase_mirror.cli.main import main
from repository_harness import commit, git, make_repository, write

CI = ".github/workflows/ci.yml"
WIDE = CLEAN.replace("permissions: {contents: read}", "permissions: write-all")
TIGHT = "policy:\n  token_ceiling: {contents: read}\n"
WIDER = "policy:\n  token_ceiling: {contents: write}\n"
WRITES = CLEAN.replace("{contents: read}", "{contents: write}")


@pytest.fixture
def change(tmp_path):
    """Return a maker of repositories: files on `main`, then those of a change on `feature`."""

    def make(base, head):
        folder = tmp_path / "repository"
        make_repository(folder, base)
        git(folder, "switch", "--quiet", "-c", "feature")
        write(folder, {"README.md": "changed\n", **head})
        commit(folder)
        return folder

    return make


def judged(folder, mode, **more):
    return analyze(folder, "--mode", mode, "--base", "main", "--no-cache", **more)


@pytest.mark.parametrize("mode", ["pull_request", "merge_group"])
def test_a_change_that_grants_everything_blocks_with_workflow_and_line(change, mode):
    folder = change({CI: CLEAN}, {CI: WIDE})
    _, report = judged(folder, mode, code=1)
    (item,) = items(report, "L0-1")
    assert (item["status"], item["family"], item["evidence"][0]["line"]) == ("new", "L0", 2)
    assert item["evidence"][0]["excerpt"]["value"] == "permissions: write-all"
    assert report["machine_decision"]["reason"].startswith(f"L0-1 is violated at {CI}:2: 'write-all'")
    assert "invariant_violated" in reasons(report)


def test_what_the_base_grants_already_does_not_stop_a_pull_request(change):
    folder = change({CI: WIDE}, {})
    _, report = judged(folder, "pull_request", code=0)
    assert [item["status"] for item in items(report, "L0-1")] == ["pre-existing"]
    assert report["meta"]["l0"]["mask"] == 2
    for mode in ("merge_group", "drift"):
        _, report = judged(folder, mode, code=1)
        assert report["machine_decision"]["reason"].startswith("L0-1")


def test_without_a_base_it_is_new_and_blocks(change):
    folder = change({CI: WIDE}, {})
    code, out, _ = cli("analyze", folder, "--no-cache", home=folder.parent)
    assert code == 1
    assert b"critical[L0-1]: 'write-all' is authority without bounds" in out


def test_a_ceiling_of_the_base_is_held_and_one_of_the_change_is_not_asked(change):
    folder = change({CI: CLEAN, ".phase-mirror.yml": TIGHT}, {CI: WRITES, ".phase-mirror.yml": WIDER})
    _, report = judged(folder, "pull_request", code=1)
    assert [item["title"] for item in items(report, "L0-1")] == [
        "'contents: write' is beyond the declared ceiling of the token"
    ]


def test_a_scope_that_the_change_names_as_known_is_not_known(change):
    scopes = "policy:\n  token_scopes: [telepathy]\n"
    wide = CLEAN.replace("{contents: read}", "{telepathy: write}")
    _, report = judged(change({CI: CLEAN}, {CI: wide, ".phase-mirror.yml": scopes}), "pull_request", code=1)
    assert len(items(report, "L0-1")) == 1


def test_a_scope_that_the_base_names_is_known(change):
    scopes = "policy:\n  token_scopes: [telepathy]\n"
    wide = CLEAN.replace("{contents: read}", "{telepathy: write}")
    _, report = judged(change({CI: CLEAN, ".phase-mirror.yml": scopes}, {CI: wide}), "pull_request")
    assert items(report, "L0-1") == []


def test_naming_a_scope_as_known_weakens_the_configuration(change):
    folder = change({CI: CLEAN, ".phase-mirror.yml": TIGHT}, {".phase-mirror.yml": TIGHT + "  token_scopes: [x]\n"})
    _, report = judged(folder, "pull_request", code=1)
    assert any("token_scopes" in item["title"] + item["message"] for item in items(report, "MD-409"))


def test_no_configuration_switches_it_off(change):
    loose = "rules: {MD-001: off, MD-002: off}\nmodes:\n  pull_request: {max: {critical: 9}}\n"
    _, report = judged(change({CI: CLEAN, ".phase-mirror.yml": loose}, {CI: WIDE}), "pull_request", code=1)
    assert "threshold_exceeded" not in reasons(report)


@pytest.mark.parametrize("word", ["L0-1", "L0"])
def test_no_exemption_can_name_it(change, word):
    exempt = f"exemptions:\n  - {{rule: {word}, path: '**', reason: 'no'}}\n"
    folder = change({CI: WIDE, ".phase-mirror.yml": exempt}, {})
    code, _, err = cli("analyze", folder, "--no-cache", home=folder.parent)
    assert code == 2
    assert b"exemptions[0].rule: '" + word.encode() + b"' is not known" in err


@pytest.mark.parametrize("name", ["terminal", "markdown", "github", "sarif"])
def test_every_format_shows_it(change, name):
    folder = change({CI: CLEAN}, {CI: WIDE})
    code, out, err = cli("analyze", folder, "--no-cache", "--format", name, home=folder.parent)
    assert (code, err) == (1, b"")
    assert b"L0-1" in out


class TestValidate:
    def test_each_invariant_is_shown_with_its_evidence(self, change):
        folder = change({CI: WIDE}, {})
        code, out, err = cli("validate", folder, home=folder.parent)
        assert (code, err) == (1, b"")
        lines = out.decode().splitlines()
        assert [line.split()[:3] for line in lines if "L0-" in line] == [
            ["holds", "L0-0", "schema_hash"],
            ["violated", "L0-1", "permission_bits"],
            ["absent", "L0-2", "drift_magnitude"],
            ["absent", "L0-3", "nonce_freshness"],
            ["absent", "L0-4", "contraction_witness"],
        ]
        assert f"           {CI}:2:14: 'write-all' is authority without bounds" in lines

    def test_what_holds_exits_zero(self, change):
        folder = change({CI: CLEAN}, {})
        code, out, err = cli("validate", folder, "--format", "json", home=folder.parent)
        assert (code, err) == (0, b"")
        shape = json.loads(out)
        assert (shape["mask"], shape["judged"], shape["complete"]) == (0, 3, True)
        assert [check["result"] for check in shape["checks"]] == ["holds", "holds", "absent", "absent", "absent"]

    def test_places_are_in_the_json(self, change):
        folder = change({CI: WIDE}, {})
        code, out, _ = cli("validate", folder, "--format", "json", home=folder.parent)
        assert code == 1
        (place,) = json.loads(out)["checks"][1]["places"]
        assert (place["path"], place["line"], place["column"]) == (CI, 2, 14)

    def test_it_judges_the_tree_by_its_own_configuration(self, change):
        folder = change({CI: WRITES, ".phase-mirror.yml": TIGHT}, {})
        assert cli("validate", folder, home=folder.parent)[0] == 1
        (folder / "loose.yml").write_text(WIDER)
        assert cli("validate", folder, "--config", folder / "loose.yml", home=folder.parent)[0] == 0

    def test_what_cannot_be_told_is_incomplete(self, change, monkeypatch, capfdbinary):
        def crash(_tree, _policy):
            raise KeyError

        monkeypatch.setattr("phase_mirror.oracle.invariants.grants_of", crash)
        code = main(["validate", str(change({CI: CLEAN}, {}))])
        assert code == 3
        assert b"incomplete: No verdict without L0-1" in capfdbinary.readouterr().out

    def test_a_mistyped_path_is_the_users_error(self, tmp_path):
        code, out, err = cli("validate", tmp_path / "nothing", home=tmp_path)
        assert (code, out) == (2, b"")
        assert b"no such directory" in err


def test_the_doctor_tells_the_form(change):
    folder = change({CI: CLEAN}, {})
    code, out, _ = cli("doctor", folder, "--format", "json", home=folder.parent, PHASE_MIRROR_PURE="1")
    (check,) = [check for check in json.loads(out) if check["check"] == "invariants"]
    assert code == 0
    assert check["text"] == "l0 is plain Python: the same answers, slower"
