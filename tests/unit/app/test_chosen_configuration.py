import os

import pytest

from phase_mirror.app.analyze import Options, open_trees
from phase_mirror.app.assemble import check_rule_words, read_baseline
from phase_mirror.app.configuration import choose
from phase_mirror.app.doctor import examine
from phase_mirror.app.environment import Environment, read_environment
from phase_mirror.errors import ConfigurationError, RepositoryError, UsageError
from phase_mirror.model.levels import Mode
from repository_harness import commit, git, make_repository, write
from rule_harness import snapshot_of

CONFIG = ".phase-mirror.yml"
STRICT = "extends: strict\n"


def chosen(head, tip=None, *, is_change=None, named="", root="/r"):
    change = tip is not None if is_change is None else is_change
    found = choose(
        snapshot_of(head), None if tip is None else snapshot_of(tip), root=root, is_change=change, named=named
    )
    return found.config.extends, found.origin, len(found.notices)


def test_whose_configuration_applies():
    assert chosen({CONFIG: STRICT}) == ("strict", "head", 0)
    assert chosen({}) == ("standard", "defaults", 0)
    assert chosen({CONFIG: "extends: minimal\n"}, {CONFIG: STRICT}) == ("strict", "base", 0)
    assert chosen({CONFIG: STRICT}, {}) == ("standard", "defaults", 0)
    assert chosen({CONFIG: STRICT}, {CONFIG: "a: 1\n"}) == ("standard", "defaults", 1)
    assert chosen({CONFIG: STRICT}, is_change=True) == ("standard", "defaults", 1)
    with pytest.raises(ConfigurationError, match="unknown key 'a'"):
        chosen({CONFIG: "a: 1\n"})


def test_a_redaction_pattern_that_could_be_slow_makes_a_configuration_invalid():
    slow = "redaction: {patterns: [{name: x, regex: '(a|aa)+b'}]}\n"
    with pytest.raises(ConfigurationError, match="the redaction pattern 'x' is refused"):
        chosen({CONFIG: slow})
    assert chosen({CONFIG: STRICT}, {CONFIG: slow}) == ("standard", "defaults", 1)


def test_a_named_configuration(tmp_path):
    root, inside = str(tmp_path / "r"), str(tmp_path / "r/x.yml")
    (tmp_path / "mine.yml").write_text(STRICT)
    outside = str(tmp_path / "mine.yml")
    assert chosen({}, {"x.yml": STRICT}, named=inside, root=root) == ("strict", "user", 1)
    assert chosen({"x.yml": STRICT}, {}, named=inside, root=root) == ("standard", "defaults", 2)
    assert chosen({"x.yml": STRICT}, {"x.yml": "a: 1\n"}, named=inside, root=root) == ("standard", "defaults", 2)
    assert chosen({"x.yml": STRICT}, named=inside, root=root, is_change=True) == ("standard", "defaults", 1)
    assert chosen({"x.yml": STRICT}, named=inside, root=root) == ("strict", "user", 0)
    assert chosen({}, {}, named=outside, root=root) == ("strict", "user", 1)
    with pytest.raises(ConfigurationError, match="no such file"):
        chosen({}, named=inside, root=root)
    with pytest.raises(ConfigurationError, match=r"gone\.yml: cannot be read: No such file or directory"):
        chosen({}, named=str(tmp_path / "gone.yml"), root=root)


def test_a_named_file_is_inside_by_its_name_alone(tmp_path, monkeypatch):
    (tmp_path / "r").mkdir()
    (tmp_path / "link").symlink_to("r")
    monkeypatch.chdir(tmp_path)
    for named in ("r/x.yml", "link/x.yml", "r/../r/x.yml", str(tmp_path / "r/x.yml")):
        root = str(tmp_path / named.split("/")[0]) if named.startswith("link") else str(tmp_path / "r")
        assert chosen({}, {"x.yml": STRICT}, named=named, root=root) == ("strict", "user", 1), named
    (tmp_path / "rx.yml").write_text(STRICT)
    assert chosen({}, {}, named="rx.yml", root=str(tmp_path / "r")) == ("strict", "user", 1)


# -- trees ------------------------------------------------------------------------------------------------------------


def test_the_trees_of_a_change(tmp_path):
    folder = tmp_path / "r"
    first = make_repository(folder, {"a/b.txt": "1"})
    write(folder, {"c.txt": "2"})
    second = commit(folder)
    git(folder, "switch", "--quiet", "-c", "side", first)
    write(folder, {"d.txt": "3"})
    third = commit(folder)
    trees = open_trees(str(folder / "a"), Options(base="main"), Environment({}), Mode.LOCAL)
    assert (trees.root, trees.folder, trees.commit) == (str(folder), "a", third)
    assert trees.before_commit == f"{second} {first}"
    assert list(trees.tip.files) == ["a/b.txt", "c.txt"]
    assert list(trees.before.files) == ["a/b.txt"]
    assert list(trees.head.files) == ["a/b.txt", "d.txt"]
    git(folder, "switch", "--quiet", "main")
    same = open_trees(str(folder), Options(base="main"), Environment({}), Mode.LOCAL)
    assert same.before is same.tip
    for tree in (trees, same):
        tree.tip.source.close()
        tree.before.source.close()


def test_the_base_of_the_event_counts_for_changes_alone(tmp_path):
    first = make_repository(tmp_path, {"a": "1"})
    environment = Environment({}, base=first, base_branch="main")
    assert open_trees(str(tmp_path), Options(), environment, Mode.LOCAL).tip is None
    trees = open_trees(str(tmp_path), Options(), environment, Mode.MERGE_GROUP)
    assert trees.tip is not None
    assert trees.head.setting.branch == "main"


def test_paths_that_cannot_be_analyzed(tmp_path):
    for path, what in ((tmp_path / "no", "no such directory"), (__file__, "not a directory")):
        with pytest.raises(RepositoryError, match=what):
            open_trees(str(path), Options(), Environment({}), Mode.LOCAL)
    with pytest.raises(UsageError, match="need a git repository"):
        open_trees(str(tmp_path), Options(ref="main"), Environment({}), Mode.LOCAL)


def test_a_repository_without_a_commit_has_no_commit(tmp_path):
    git(tmp_path, "init", "--quiet")
    assert open_trees(str(tmp_path), Options(), Environment({}), Mode.LOCAL).commit == ""


# -- words and files of the command line ------------------------------------------------------------------------------


def test_unknown_rules_are_refused_with_the_nearest():
    check_rule_words(("MD-203", "MD-004"))
    with pytest.raises(UsageError, match=r"there is no rule 'MD-4099' \(did you mean 'MD-409'\?\)"):
        check_rule_words(("MD-203", "MD-4099"))
    with pytest.raises(UsageError, match="see: phase-mirror rules"):
        check_rule_words(("everything",))


def test_a_baseline_is_read(tmp_path):
    path = tmp_path / "b.json"
    path.write_text('{"phase_mirror_baseline": 1, "findings": {"a": 2}}')
    assert read_baseline(str(path)) == {"a": 2}
    path.write_text('{"phase_mirror_baseline": 2, "findings": {}}')
    with pytest.raises(UsageError, match="a baseline of another version"):
        read_baseline(str(path))


# -- doctor -----------------------------------------------------------------------------------------------------------


def results(path):
    return {check.name: (check.result, check.text) for check in examine(str(path))}


def test_the_doctor_on_a_good_repository_and_on_a_bad_one(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "PHASE_MIRROR_"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / "r"
    make_repository(folder, {"CODEOWNERS": "* @a\n", ".asf.yaml": "github:\n  protected_branches:\n    main: {}\n"})
    found = results(folder)
    assert found["default branch"] == ("ok", "main")
    assert found["merge gates"] == ("ok", "1 declared in .asf.yaml")
    assert found["code owners"] == ("ok", "CODEOWNERS")
    assert found["configuration"] == ("ok", "built-in defaults (no file)")
    assert found["cache"][0] == "ok"
    git(folder, "switch", "--quiet", "-c", "feature")
    write(folder, {CONFIG: "a: 1\n", ".github/workflows/x.yml": "a: [\n", ".asf.yaml": ""})
    commit(folder)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{folder}", str(clone))
    found = results(folder)
    assert found["default branch"][0] == "note"
    assert found["merge gates"] == ("note", "none declared")
    assert found["configuration"][0] == "fail"
    assert results(clone)["history"][0] == "note"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.delenv("HOME", raising=False)
    assert results(folder)["cache"][0] == "note"
    assert results(tmp_path / "nowhere")["repository"][0] == "fail"


def test_the_environment_is_read_once():
    environment = read_environment({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request_target"})
    assert environment.mode is Mode.PULL_REQUEST
