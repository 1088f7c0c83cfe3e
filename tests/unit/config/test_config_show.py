import pytest

from catalogue import CATALOGUE, config_of
from phase_mirror.config.records import Config
from phase_mirror.config.run import run_settings
from phase_mirror.config.show import plain_value, settings
from phase_mirror.errors import UsageError


def shown(config):
    return {setting.key: (plain_value(setting.value), setting.origin) for setting in settings(config, CATALOGUE)}


def test_every_default_is_shown_without_a_file():
    found = shown(Config())
    assert found["extends"] == ("standard", "default")
    assert found["rules.MD-101.standing"] == ("blocking", "default")
    assert found["rules.MD-201.names"] == ([], "default")
    assert found["modes.pull_request.max.medium"] == (10, "default")
    assert found["modes.pull_request.max.low"] == (None, "default")
    assert found["breaker.max_blocks_per_hour"] == (10, "default")
    assert found["budget.seconds"] == (30.0, "default")
    assert not [key for key in found if key.startswith(("policy", "claims", "exemptions"))]


def test_each_value_has_its_origin():
    found = shown(
        config_of(
            "extends: a.yml\nrules: {MD-002: warn, MD-201: {depth: 1}}\nmodes: {'branch:x': {max: {high: 1}}}\n"
            "exemptions: [{rule: MD-101, path: x}]\n",
            {"a.yml": "extends: strict\npolicy: {gate: {reviews: 2}}\nclaims: [x]"},
        )
    )
    assert found["extends"] == ("a.yml", "file .phase-mirror.yml")
    assert found["rules.MD-202.standing"] == ("warn", "file .phase-mirror.yml")
    assert found["rules.MD-102.standing"] == ("blocking", "extends strict")
    assert found["rules.MD-101.standing"] == ("blocking", "default")
    assert found["rules.MD-201.depth"] == (1, "file .phase-mirror.yml")
    assert found["modes.drift.strict"] == (True, "extends strict")
    assert found["modes.branch:x.max.high"] == (1, "file .phase-mirror.yml")
    assert found["modes.branch:x.max.medium"] == (10, "extends strict")
    assert found["policy.gate.reviews"] == (2, "file a.yml")
    assert found["claims"] == (["x"], "file a.yml")
    assert found["exemptions"] == ([{"rule": "MD-101", "path": "x"}], "file .phase-mirror.yml")


def test_the_place_of_a_stated_value_is_known():
    config = config_of("rules:\n  MD-004: off\n")
    (setting,) = [setting for setting in settings(config, CATALOGUE) if setting.key == "rules.MD-401.standing"]
    assert str(setting.span) == ".phase-mirror.yml:2:3"


class TestRunSettings:
    def test_a_flag_wins_over_the_environment_and_that_over_the_default(self):
        environment = {"PHASE_MIRROR_CONFIG": "env.yml", "PHASE_MIRROR_LOG": "debug", "PHASE_MIRROR_DATA_DIR": ""}
        found = run_settings({"config": "flag.yml", "strict": False, "mode": None}, environment)
        assert (found["config"].value, found["config"].origin) == ("flag.yml", "flag --config")
        assert (found["log"].value, found["log"].origin) == ("debug", "environment PHASE_MIRROR_LOG")
        assert (found["strict"].value, found["strict"].origin) == (False, "default")
        assert (found["data_dir"].value, found["data_dir"].origin) == ("", "default")
        assert run_settings({}, {})["min_confidence"].value == "low"

    def test_words_are_matched_without_case(self):
        assert run_settings({}, {"PHASE_MIRROR_LOG": "INFO"})["log"].value == "info"

    @pytest.mark.parametrize(
        ("flags", "environment", "sentence"),
        [
            ({}, {"PHASE_MIRROR_LOG": "debgu"}, "PHASE_MIRROR_LOG: 'debgu' is not known (did you mean 'debug'?)"),
            ({"mode": "merge-group"}, {}, "--mode: 'merge-group' is not known (did you mean 'merge_group'?)"),
        ],
    )
    def test_mistakes_get_the_nearest_match(self, flags, environment, sentence):
        with pytest.raises(UsageError) as caught:
            run_settings(flags, environment)
        assert caught.value.sentence() == sentence
