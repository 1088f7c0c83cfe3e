"""The author of a change is the adversary: nothing of the change loosens what it is judged by."""

import json

import pytest

from cli_harness import CLEAN, INJECTED, analyze, cli, items, outcome_of, reasons
from repository_harness import commit, git, make_repository, write

FLOW = ".github/workflows/triage.yml"
CONFIG = ".phase-mirror.yml"


@pytest.fixture
def repository(tmp_path):
    """Return a maker of repositories: files on `main`, then the files a change on `feature` writes."""

    def make(base, change, *, remove=()):
        folder = tmp_path / "repository"
        make_repository(folder, {"README.md": "x\n", ".github/workflows/ci.yml": CLEAN, **base})
        git(folder, "switch", "--quiet", "-c", "feature")
        write(folder, change)
        for name in remove:
            (folder / name).unlink()
        commit(folder)
        return folder

    return make


def titles(report, rule="MD-409"):
    return [item["title"] for item in items(report, rule)]


# -- the configuration of the change ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "config",
    [
        "rules: {MD-203: off}\n",
        "rules: {MD-002: warn}\n",
        "rules: {MD-203: {severity: low}}\n",
        "rules: {MD-203: {exempt: ['**']}}\n",
        "rules: {MD-203: {accept_new_exemptions: true}}\n",
        "extends: minimal\nmodes: {pull_request: {max: {high: 100}}, local: {max: {high: 100}}}\n",
        "modes: {'branch:*': {max: {critical: 100, high: 100}}}\n",
        "exemptions: [{rule: MD-203, path: '**', reason: trust me}]\n",
        "budget: {file_megabytes: 0.001}\n",
    ],
)
def test_a_configuration_of_the_change_is_ignored_and_reported(repository, config):
    folder = repository({}, {FLOW: INJECTED, CONFIG: config})
    _, report = analyze(folder, "--base", "main", "--mode", "pull_request", code=1)
    assert [(item["status"], item["severity"]) for item in items(report, "MD-203")] == [("new", "high")]
    assert report["meta"]["configuration"] == {"path": "", "origin": "defaults"}
    assert titles(report)
    assert "threshold_exceeded" in reasons(report)


def test_the_same_configuration_on_the_base_applies(repository):
    folder = repository({CONFIG: "rules: {MD-203: off}\n"}, {FLOW: INJECTED})
    _, report = analyze(folder, "--base", "main", code=0)
    assert items(report) == []
    assert report["meta"]["configuration"] == {"path": CONFIG, "origin": "base"}


def test_deleting_the_configuration_weakens_it(repository):
    strict = "extends: strict\npolicy: {pins: {actions: sha}}\nclaims: [pinned-actions]\n"
    folder = repository({CONFIG: strict}, {}, remove=[CONFIG])
    _, report = analyze(folder, "--base", "main", code=1)
    assert titles(report) == [
        "'extends' goes from 'strict' to 'standard'",
        "'policy.pins' loses 'declared'",
        "'claims' loses 'pinned-actions'",
    ]
    (side,) = items(report, "MD-409")[2]["evidence"]
    assert (side["tree"], side["path"], side["line"]) == ("base", CONFIG, 3)
    assert side["excerpt"]["value"] == "claims: [pinned-actions]"


def test_both_versions_of_a_weakened_setting_are_shown(repository):
    folder = repository({CONFIG: "policy: {gate: {reviews: 2}}\n"}, {CONFIG: "policy:\n  gate: {reviews: 1}\n"})
    _, report = analyze(folder, "--base", "main", code=1)
    before, after = items(report, "MD-409")[0]["evidence"]
    assert (before["tree"], before["excerpt"]["value"]) == ("base", "policy: {gate: {reviews: 2}}")
    assert ("tree" not in after, after["excerpt"]["value"]) == (True, "  gate: {reviews: 1}")


def test_a_stricter_configuration_is_silent(repository):
    folder = repository(
        {CONFIG: "policy: {gate: {reviews: 1}}\n"}, {CONFIG: "extends: strict\npolicy: {gate: {reviews: 2}}\n"}
    )
    _, report = analyze(folder, "--base", "main", code=0)
    assert outcome_of(report, "MD-409") == "clean"


def test_an_option_without_an_order_is_low_and_never_blocks(repository):
    folder = repository({CONFIG: "policy: {gate: {branch: main}}\n"}, {CONFIG: "policy: {gate: {branch: dev}}\n"})
    _, report = analyze(folder, "--base", "main", code=0)
    assert [item["severity"] for item in items(report, "MD-409")] == ["low"]


def test_a_file_that_shadows_the_configuration_weakens_it(repository):
    folder = repository({".github/phase-mirror.yml": "extends: strict\n"}, {CONFIG: "version: 1\n"})
    _, report = analyze(folder, "--base", "main", code=1)
    assert titles(report) == ["'extends' goes from 'strict' to 'standard'"]


def test_an_extended_file_is_read_from_the_base_as_well(repository):
    base = {CONFIG: "extends: rules/team.yml\n", "rules/team.yml": "rules: {MD-203: blocking}\n"}
    folder = repository(base, {FLOW: INJECTED, "rules/team.yml": "rules: {MD-203: off}\n"})
    _, report = analyze(folder, "--base", "main", code=1)
    assert items(report, "MD-203", "new")
    assert titles(report) == ["'rules.MD-203.standing' goes from 'blocking' to 'off'"]


# -- which base -------------------------------------------------------------------------------------------------------


def stale(repository, old, new, change):
    """Make a branch that leaves `main` before its configuration became `new`."""
    folder = repository({CONFIG: old}, change)
    git(folder, "switch", "--quiet", "main")
    write(folder, {CONFIG: new})
    commit(folder)
    git(folder, "switch", "--quiet", "feature")
    return folder


def test_an_old_merge_base_does_not_bring_back_an_old_policy(repository):
    folder = stale(repository, "rules: {MD-203: off}\n", "rules: {MD-203: blocking}\n", {FLOW: INJECTED})
    _, report = analyze(folder, "--base", "main", code=1)
    assert items(report, "MD-203", "new")
    assert titles(report) == []  # the change has not touched the configuration


def test_what_the_base_tightened_meanwhile_is_not_blamed_on_the_change(repository):
    old, new = "policy: {gate: {reviews: 1}}\n", "policy: {gate: {reviews: 2}}\n"
    folder = stale(repository, old, new, {CONFIG: old + "claims: [pinned-actions]\n"})
    _, report = analyze(folder, "--base", "main", code=0)
    assert outcome_of(report, "MD-409") == "clean"


def test_an_old_branch_that_weakens_even_its_own_configuration_is_found(repository):
    old, new = "policy: {gate: {reviews: 1}}\n", "policy: {gate: {reviews: 2}}\n"
    folder = stale(repository, old, new, {CONFIG: "policy: {gate: {reviews: 0}}\n"})
    _, report = analyze(folder, "--base", "main", code=1)
    assert titles(report) == ["'policy.gate.reviews' goes from '2' to '0'"]


def test_owners_that_the_base_gained_meanwhile_are_not_blamed_on_the_change(repository):
    folder = repository({"CODEOWNERS": "/a/ @acme/a\n"}, {"a/x": "", "b/x": "", "CODEOWNERS": "/a/ @acme/b\n"})
    git(folder, "switch", "--quiet", "main")
    write(folder, {"CODEOWNERS": "/a/ @acme/a\n/b/ @acme/b\n"})
    commit(folder)
    git(folder, "switch", "--quiet", "feature")
    _, report = analyze(folder, "--base", "main", code=0)
    assert outcome_of(report, "MD-409") == "clean"


def test_pre_existing_findings_are_told_by_the_merge_base(repository):
    folder = repository({FLOW: INJECTED}, {"README.md": "y\n"})
    git(folder, "switch", "--quiet", "main")
    write(folder, {FLOW: CLEAN})
    commit(folder)
    git(folder, "switch", "--quiet", "feature")
    _, report = analyze(folder, "--base", "main", code=0)
    assert [item["status"] for item in items(report, "MD-203")] == ["pre-existing"]


# -- a broken configuration -------------------------------------------------------------------------------------------

BROKEN = "rules: {MD-999: off}\n"


def test_an_invalid_base_means_defaults_and_its_repair_can_merge(repository):
    folder = repository({CONFIG: BROKEN}, {CONFIG: "extends: standard\n"})
    _, report = analyze(folder, "--base", "main", code=0)
    assert report["meta"]["configuration"]["origin"] == "defaults"
    (notice,) = report["meta"]["notices"]
    assert notice.startswith("The configuration on the base branch is invalid, so built-in defaults apply: ")
    assert "unknown rule id 'MD-999'" in notice


def test_an_invalid_base_loosens_nothing_and_blocks_nobody(repository):
    folder = repository({CONFIG: "rules: {MD-203: off, MD-999: off}\n"}, {"README.md": "y\n"})
    _, report = analyze(folder, "--base", "main", code=0)
    assert outcome_of(report, "MD-409") == "clean"
    write(folder, {FLOW: INJECTED})
    commit(folder)
    assert items(analyze(folder, "--base", "main", code=1)[1], "MD-203", "new")


@pytest.mark.parametrize("base", ["extends: standard\n", "rules: {MD-998: off}\n"])
def test_a_change_that_leaves_the_configuration_invalid_is_blocked(repository, base):
    folder = repository({CONFIG: base}, {CONFIG: "# x\n" + BROKEN})
    _, report = analyze(folder, "--base", "main", code=1)
    (item,) = items(report, "MD-409")
    assert item["title"] == f"The change makes the configuration in {CONFIG} invalid"
    assert "unknown rule id 'MD-999' under 'rules'" in item["message"]
    assert (item["evidence"][0]["path"], item["evidence"][0]["line"]) == (CONFIG, 2)


def test_a_configuration_that_is_no_yaml_is_blocked_too(repository):
    folder = repository({}, {CONFIG: "rules: [\n"})
    _, report = analyze(folder, "--base", "main", code=1)
    assert "not valid YAML" in items(report, "MD-409")[0]["message"]


def test_outside_a_change_an_invalid_configuration_is_the_users_error(repository):
    folder = repository({}, {CONFIG: BROKEN})
    code, out, err = cli("analyze", folder, home=folder.parent)
    assert (code, out) == (2, b"")
    assert b".phase-mirror.yml:1:9: unknown rule id 'MD-999' under 'rules'" in err


# -- a configuration that is named ------------------------------------------------------------------------------------


def test_a_named_file_inside_the_repository_is_read_from_the_base(repository):
    folder = repository(
        {"conf/pm.yml": "rules: {MD-203: blocking}\n"}, {FLOW: INJECTED, "conf/pm.yml": "rules: {MD-203: off}\n"}
    )
    _, report = analyze(folder, "--base", "main", "--config", folder / "conf/pm.yml", code=1)
    assert items(report, "MD-203", "new")
    assert titles(report) == ["'rules.MD-203.standing' goes from 'blocking' to 'off'"]
    assert "The configuration was named by --config or PHASE_MIRROR_CONFIG." in report["meta"]["notices"]


def test_a_named_file_that_the_change_turns_into_a_link_is_not_followed(repository, tmp_path):
    (tmp_path / "secret.yml").write_text("rules: {TOP-SECRET: off}\n")
    folder = repository({}, {"README.md": "y\n"})
    (folder / "pm.yml").symlink_to(tmp_path / "secret.yml")
    commit(folder)
    code, out, err = cli("analyze", folder, "--base", "main", "--config", folder / "pm.yml", home=tmp_path)
    assert code == 1
    assert b"MD-409" in out
    assert b"TOP-SECRET" not in out + err


def test_a_named_file_that_the_base_does_not_have_yet_means_defaults(repository):
    folder = repository({}, {FLOW: INJECTED, "pm.yml": "rules: {MD-203: off}\n"})
    _, report = analyze(folder, "--base", "main", PHASE_MIRROR_CONFIG=folder / "pm.yml", code=1)
    assert "The base branch has no pm.yml, so built-in defaults apply." in report["meta"]["notices"]
    assert items(report, "MD-203", "new")


def test_a_named_file_outside_is_the_users_own(repository, tmp_path):
    folder = repository({}, {FLOW: INJECTED})
    (tmp_path / "mine.yml").write_text("rules: {MD-203: warn}\n")
    _, report = analyze(folder, "--base", "main", "--config", tmp_path / "mine.yml", code=0)
    assert [item["standing"] for item in items(report, "MD-203")] == ["warn"]
    assert report["meta"]["configuration"]["origin"] == "user"


# -- exemptions -------------------------------------------------------------------------------------------------------

COMMENT = "  # phase-mirror: ignore[MD-203] our shell is safe"


def exempt(text=INJECTED, comment=COMMENT):
    return text.replace('title }}"\n', f'title }}}}"{comment}\n')


def test_an_exemption_on_the_base_covers_what_is_on_the_base(repository):
    folder = repository({FLOW: exempt()}, {"README.md": "y\n"})
    _, report = analyze(folder, "--base", "main", code=0)
    (item,) = items(report, "MD-203")
    assert (item["status"], item["status_reason"]) == ("exempt", "our shell is safe")
    assert [(use["rules"], use["path"], use["covered"]) for use in report["meta"]["exemptions"]] == [
        (["MD-203"], FLOW, 1)
    ]
    assert report["summary"]["total"] == 0


def test_an_exemption_that_the_change_adds_covers_nothing_new(repository):
    folder = repository({}, {FLOW: exempt()})
    _, report = analyze(folder, "--base", "main", code=1)
    assert [item["status"] for item in items(report, "MD-203")] == ["new"]
    assert [item["severity"] for item in items(report, "MD-409")] == ["low"]


def test_an_added_exemption_is_listed(repository):
    folder = repository({FLOW: INJECTED, "CODEOWNERS": "* @acme/all\n"}, {FLOW: exempt()})
    _, report = analyze(folder, "--base", "main", code=0)
    assert [(item["severity"], item["title"]) for item in items(report, "MD-409")] == [
        ("low", "An exemption of MD-203 is added")
    ]


def test_where_the_base_accepts_new_exemptions_they_count_and_are_listed_as_new(repository):
    folder = repository({CONFIG: "rules: {MD-203: {accept_new_exemptions: true}}\n"}, {FLOW: exempt()})
    _, report = analyze(folder, "--base", "main", code=0)
    (item,) = items(report, "MD-203")
    assert (item["status"], item["status_reason"]) == ("exempt", "our shell is safe (exemption added by this change)")


def test_an_exemption_cannot_be_captured(repository):
    """The line under a comment of the base is rewritten."""
    harmless = exempt().replace("${{ github.event.issue.title }}", "${{ github.event.issue.number }}")
    folder = repository({FLOW: harmless}, {FLOW: exempt()})
    _, report = analyze(folder, "--base", "main", code=1)
    assert [item["status"] for item in items(report, "MD-203")] == ["new"]


def test_an_exempt_finding_whose_content_changes_is_new(repository):
    folder = repository(
        {FLOW: exempt()}, {FLOW: exempt().replace("issue.title", "issue.body").replace("title }}", "body }}")}
    )
    changed = (folder / FLOW).read_text()
    assert "issue.body" in changed
    assert COMMENT in changed
    _, report = analyze(folder, "--base", "main", code=1)
    assert [item["status"] for item in items(report, "MD-203")] == ["new"]


STEP = '      - run: ./triage.sh "${{ github.event.issue.title }}"\n'


@pytest.mark.parametrize("twin", [STEP + STEP, STEP + "      - run: make\n" + STEP])
def test_a_second_copy_of_a_known_finding_is_new(repository, twin):
    folder = repository({FLOW: INJECTED}, {FLOW: INJECTED.replace(STEP, twin)})
    _, report = analyze(folder, "--base", "main", code=1)
    assert sorted(item["status"] for item in items(report, "MD-203")) == ["new", "pre-existing"]
    first, second = (item["id"] for item in items(report, "MD-203"))
    assert second == f"{first}-2"


def test_a_second_copy_beside_an_exempt_finding_is_new(repository):
    folder = repository({FLOW: exempt()}, {FLOW: exempt().replace("    steps:\n", f"    steps:\n{STEP}")})
    _, report = analyze(folder, "--base", "main", code=1)
    assert "new" in [item["status"] for item in items(report, "MD-203")]


@pytest.mark.parametrize("mode", ["local", "pull_request"])
def test_no_comment_lets_findings_about_exemptions_pass(repository, mode):
    folder = repository(
        {FLOW: exempt(comment="  # phase-mirror: ignore[MD-203, MD-407, MD-004]")}, {"README.md": "y\n"}
    )
    base = ["--base", "main"] if mode == "pull_request" else []
    _, report = analyze(folder, "--mode", mode, *base, code=0)
    assert [item["status"] for item in items(report, "MD-407")] == ["pre-existing" if base else "new"]
    assert [item["status"] for item in items(report, "MD-203")] == ["exempt"]


def test_an_expired_exemption_covers_nothing(repository):
    config = "exemptions:\n  - {rule: MD-203, path: '**', reason: soon gone, expires: 2020-01-01}\n"
    folder = repository({CONFIG: config, FLOW: INJECTED}, {"README.md": "y\n"})
    _, report = analyze(folder, "--base", "main", code=0)
    assert [item["status"] for item in items(report, "MD-203")] == ["pre-existing"]
    assert [(item["status"], item["title"]) for item in items(report, "MD-407")] == [
        ("pre-existing", "The exemption of MD-203 for '**' is over")
    ]
    _, report = analyze(folder, code=1)  # a run that judges no change


def test_an_adoption_baseline_in_the_repository_is_read_from_the_base(repository):
    folder = repository({FLOW: INJECTED}, {"README.md": "y\n"})
    path = folder / "baseline.json"
    extra = INJECTED.replace("issue.title", "issue.body")
    write(folder, {".github/workflows/new.yml": extra})
    analyze(folder, "--write-baseline", path, code=1)
    commit(folder)
    _, report = analyze(folder, "--base", "main", "--baseline", path, code=1)
    assert [item["evidence"][1]["path"] for item in items(report, "MD-203", "new")] == [".github/workflows/new.yml"]
    assert "The base branch has no baseline.json that can be read, so no baseline applies." in report["meta"]["notices"]
    _, report = analyze(folder, "--baseline", path, code=0)  # no change is judged: the file of the tree counts
    git(folder, "branch", "--force", "main", "HEAD~1")
    outside = folder.parent / "baseline.json"
    outside.write_bytes(path.read_bytes())
    analyze(folder, "--base", "main", "--baseline", outside, code=0)  # the user's own


# -- owners, gate and our own workflow --------------------------------------------------------------------------------


def test_losing_the_last_owner_is_blocked_and_losing_one_of_two_is_not(repository):
    folder = repository({"CODEOWNERS": "* @acme/a @acme/b\n"}, {"CODEOWNERS": "* @acme/a\n"})
    analyze(folder, "--base", "main", code=0)
    write(folder, {"CODEOWNERS": "*\n"})
    commit(folder)
    _, report = analyze(folder, "--base", "main", code=1)
    assert titles(report) == ["3 files lose their owner: '*'"]


def test_a_gate_that_goes_is_blocked(repository):
    rules = [{"type": "pull_request", "parameters": {"required_approving_review_count": 1}}]
    ruleset = {
        "name": "main",
        "target": "branch",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": rules,
    }
    path = ".github/rulesets/main.json"
    folder = repository({path: json.dumps(ruleset)}, {path: json.dumps({**ruleset, "enforcement": "evaluate"})})
    event = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": folder.parent / "e.json",
    }
    (folder.parent / "e.json").write_text(
        json.dumps(
            {
                "pull_request": {"base": {"sha": git(folder, "rev-parse", "main"), "ref": "main"}},
                "repository": {"default_branch": "main"},
            }
        )
    )
    _, report = analyze(folder, code=1, **event)
    assert titles(report) == [f"The gate of 'main' in {path} is only evaluated"]


def test_switching_the_tool_off_in_its_own_workflow_is_blocked(repository):
    flow = ".github/workflows/mirror.yml"
    text = CLEAN.replace("push", "pull_request").replace("make", "phase-mirror analyze")
    folder = repository({flow: text}, {flow: text.replace("analyze", "analyze || true")})
    _, report = analyze(folder, "--base", "main", code=1)
    assert len(titles(report)) == 1


# -- the base cannot be read ------------------------------------------------------------------------------------------


def shallow(folder, tmp_path, depth=1, ref="feature"):
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", f"--depth={depth}", "--branch", ref, f"file://{folder}", clone)
    return clone


def event_of(tmp_path, base, name="pull_request", **more):
    path = tmp_path / "event.json"
    event = (
        {"merge_group": {"base_sha": base, "base_ref": "refs/heads/main"}}
        if name == "merge_group"
        else {"pull_request": {"base": {"sha": base, "ref": "main"}}}
    )
    path.write_text(json.dumps({**event, "repository": {"default_branch": "main"}}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": path,
        "GITHUB_REPOSITORY": "acme/app",
        **more,
    }


@pytest.mark.parametrize("name", ["pull_request", "merge_group"])
def test_without_the_base_defaults_apply_and_the_report_says_how_to_fetch_it(repository, tmp_path, name):
    folder = repository({}, {FLOW: INJECTED, CONFIG: "rules: {MD-203: off}\n"})
    base = git(folder, "rev-parse", "main")
    _, report = analyze(shallow(folder, tmp_path), code=1, **event_of(tmp_path, base, name))
    first, second = report["meta"]["notices"]
    assert f"the commit '{base}' is not in this shallow clone (fetch it: git fetch --depth=50 origin {base}" in first
    assert second == "The base cannot be read, so built-in defaults apply."
    assert items(report, "MD-203", "new")
    assert report["meta"]["mode"] == name
    assert outcome_of(report, "MD-409") == "not_available"


def merged(folder):
    """Make GitHub's merge commit of the change and check it out."""
    git(folder, "switch", "--quiet", "--detach", "main")
    git(folder, "merge", "--quiet", "--no-ff", "-m", "merge", "feature")
    git(folder, "branch", "merge")
    return git(folder, "rev-parse", "HEAD")


def test_the_merge_commit_of_github_brings_the_tip_of_the_base(repository, tmp_path):
    folder = repository({FLOW: INJECTED, CONFIG: "rules: {MD-203: warn}\n"}, {CONFIG: "rules: {MD-203: off}\n"})
    sha = merged(folder)
    clone = shallow(folder, tmp_path, 2, "merge")
    unknown = event_of(tmp_path, "f" * 40, GITHUB_REF="refs/pull/7/merge", GITHUB_SHA=sha)
    _, report = analyze(clone, code=1, **unknown)
    assert report["meta"]["base"] == git(folder, "rev-parse", "main")
    assert report["meta"]["configuration"]["origin"] == "base"
    assert [item["status"] for item in items(report, "MD-203")] == ["pre-existing"]
    assert titles(report) == ["'rules.MD-203.standing' goes from 'warn' to 'off'"]


def test_a_head_that_the_author_made_is_never_asked_for_its_parent(repository, tmp_path):
    folder = repository({}, {CONFIG: "rules: {MD-203: off}\n"})
    write(folder, {FLOW: INJECTED})
    head = commit(folder)
    clone = shallow(folder, tmp_path, 2)
    event = event_of(tmp_path, "f" * 40, GITHUB_REF="refs/heads/feature", GITHUB_SHA=head)
    _, report = analyze(clone, code=1, **event)
    assert report["meta"]["configuration"]["origin"] == "defaults"
    event = event_of(tmp_path, "f" * 40, GITHUB_REF="refs/pull/7/merge", GITHUB_SHA="e" * 40)  # another checkout
    _, report = analyze(clone, code=1, **event)
    assert report["meta"]["configuration"]["origin"] == "defaults"


def test_a_change_without_any_base_says_so(repository):
    folder = repository({}, {FLOW: INJECTED, CONFIG: "rules: {MD-203: off}\n"})
    _, report = analyze(folder, "--mode", "pull_request", code=1)
    assert report["meta"]["notices"][0].startswith("No base was given, so every finding is new")
    assert items(report, "MD-203", "new")


def test_flags_that_narrow_a_run_are_listed(repository):
    folder = repository({}, {FLOW: INJECTED})
    _, report = analyze(folder, "--base", "main", "--rules", "MD-101", "--dry-run", code=0)
    assert report["meta"]["notices"] == ["The command line narrows this run: --rules, --dry-run."]
    assert report["meta"]["selection"] == ["MD-101"]
