import pytest

from catalogue import CATALOGUE, EVERY_KEY, config_of, problems_of
from phase_mirror.config.check import MOST_PROBLEMS
from phase_mirror.config.load import MOST_EXTENDED, InvalidConfigurationError
from phase_mirror.config.records import Config
from phase_mirror.errors import EXIT_USAGE
from phase_mirror.model.levels import Mode, Severity, Standing
from phase_mirror.model.span import Span
from phase_mirror.model.thresholds import Thresholds


def rule(config, rule_id):
    (info,) = [info for info in CATALOGUE if info.id == rule_id]
    return config.rule(info)


class TestEveryKey:
    @pytest.fixture
    def full(self):
        return config_of(EVERY_KEY)

    def test_scalars(self, full):
        assert (full.version, full.extends, full.path) == (1, "standard", ".phase-mirror.yml")
        assert full.breaker.max_blocks_per_hour == 7
        assert (full.demotion.ceiling, full.demotion.min_reviewed) == (0.2, 30)
        assert full.drift.threshold == 0.25
        assert (full.budget.seconds, full.budget.file_megabytes) == (60.0, 2.5)
        assert isinstance(full.budget.seconds, float)

    def test_rules(self, full):
        settings = rule(full, "MD-204")
        assert settings.severity is Severity.LOW
        assert settings.exempt == ("actions/*", "github/*")
        assert settings.standing is Standing.WARN
        assert rule(full, "MD-401").standing is Standing.OFF
        assert rule(full, "MD-101").standing is Standing.BLOCKING
        assert rule(full, "MD-101").severity is None

    def test_modes(self, full):
        assert full.mode(Mode.MERGE_GROUP).strict
        assert not full.mode(Mode.PULL_REQUEST).strict
        assert full.mode(Mode.PULL_REQUEST, "release/2").thresholds == Thresholds(0, 0, 0)
        assert full.mode(Mode.PULL_REQUEST, "main").thresholds == Thresholds()
        assert full.mode(Mode.PULL_REQUEST, "release/2/x").thresholds == Thresholds()

    def test_policy_values_carry_the_place_where_they_are_declared(self, full):
        policy = full.policy
        assert policy.token_ceiling.level("contents") == "read"
        assert policy.token_ceiling.level("packages") == "none"
        assert policy.token_ceiling.span_of("contents") == Span(".phase-mirror.yml", 10, 19, 10, 33)
        assert policy.token_ceiling.span_of("packages").line == 10
        assert policy.pins.actions.value == "sha"
        assert [text.value for text in policy.pins.exempt] == ["actions/*"]
        gate = policy.gate
        assert (gate.branch.value, gate.reviews.value) == ("dev", 1)
        assert gate.reviews.span == Span(".phase-mirror.yml", 12, 23, 12, 33)
        assert gate.code_owner_review.value
        assert gate.linear_history.value
        assert gate.merge_queue.value
        assert not gate.admin_bypass.value
        assert [text.value for text in policy.external_checks] == ["license/cla", "codecov/*"]
        assert policy.sensitive_paths[1].span == Span(".phase-mirror.yml", 14, 33, 14, 45)

    def test_lists(self, full):
        assert full.claims[0].value == "pinned-actions"
        (exemption,) = full.exemptions
        assert (exemption.rule, exemption.expires, exemption.owner) == ("MD-401", "2027-03-01", "@platform")
        assert exemption.span.line == 17
        (pattern,) = full.redaction
        assert (pattern.name, pattern.regex, pattern.span.line) == ("employee-id", "EMP-[0-9]{6}", 21)


def test_without_a_file_the_defaults_hold():
    config = Config()
    assert rule(config, "MD-101").standing is Standing.BLOCKING
    assert rule(config, "MD-102").standing is Standing.WARN
    assert rule(config, "MD-201").options == {"near": True, "depth": 3, "share": 0.9, "word": "x", "names": ()}
    assert config.mode(Mode.LOCAL).thresholds == Thresholds(critical=0, high=0, medium=10, low=None)
    assert config.policy.gate is None
    assert config.path == ""


def test_an_empty_file_is_the_default():
    assert config_of("").replace(files=()) == Config()
    assert config_of("rules:\npolicy:\nexemptions:\n").exemptions == ()


@pytest.mark.parametrize("word", ["off", '"off"', "false", "False"])
def test_off_is_understood_in_every_spelling(word):
    config = config_of(f"rules:\n  MD-101: {word}\n  MD-002: {word}\n")
    assert [rule(config, rule_id).standing for rule_id in ("MD-101", "MD-202")] == [Standing.OFF, Standing.OFF]


def test_a_standing_may_stand_alone():
    assert rule(config_of("rules: {MD-102: blocking}"), "MD-102").standing is Standing.BLOCKING


def test_a_rule_wins_over_its_family_and_over_the_preset():
    config = config_of("extends: strict\nrules: {MD-001: pilot, MD-102: warn}")
    assert rule(config, "MD-101").standing is Standing.PILOT
    assert rule(config, "MD-102").standing is Standing.WARN
    assert rule(config, "MD-204").standing is Standing.BLOCKING


def test_options_are_typed_and_defaults_filled_in():
    config = config_of("rules: {MD-201: {depth: 5, names: [a, b], accept_new_exemptions: true}}")
    settings = rule(config, "MD-201")
    assert settings.options == {"near": True, "depth": 5, "share": 0.9, "word": "x", "names": ("a", "b")}
    assert settings.accept_new_exemptions
    assert config_of("rules: {MD-201: {share: 1}}").rules["MD-201"].options["share"].value == 1.0


def test_modes_override_single_values_in_order():
    config = config_of(
        "modes:\n"
        "  pull_request: {strict: true, max: {medium: 3}}\n"
        '  "branch:main": {max: {high: 2}}\n'
        '  "branch:*": {strict: false, max: {high: 1}}\n'
    )
    held = config.mode(Mode.PULL_REQUEST, "main")
    assert (held.strict, held.thresholds) == (False, Thresholds(0, 1, 3))
    assert config.mode(Mode.PULL_REQUEST).strict
    assert config.mode(Mode.PULL_REQUEST, "main", strict=True).strict
    assert not config.mode(Mode.DRIFT).strict


@pytest.mark.parametrize(
    ("name", "medium", "strict"), [("minimal", None, False), ("standard", 10, False), ("strict", 10, True)]
)
def test_presets(name, medium, strict):
    held = config_of(f"extends: {name}").mode(Mode.PULL_REQUEST)
    assert (held.thresholds.medium, held.strict) == (medium, strict)


def test_the_minimal_preset_lets_gate_rules_warn_and_keeps_the_dangerous_ones():
    config = config_of("extends: minimal")
    assert rule(config, "MD-101").standing is Standing.WARN
    assert rule(config, "MD-202").standing is Standing.BLOCKING
    assert rule(config, "MD-409").standing is Standing.BLOCKING


class TestExtends:
    def test_the_nearer_file_wins_key_by_key_and_lists_are_replaced(self):
        files = {
            "governance/base.yml": (
                "extends: strict\nrules: {MD-204: {severity: high, exempt: [a/b]}}\nclaims: [x, y]\n"
                "policy: {token_ceiling: {contents: read, packages: write}}\nbreaker: {max_blocks_per_hour: 3}\n"
            )
        }
        config = config_of(
            "extends: ./governance/base.yml\nrules: {MD-204: {severity: low}}\nclaims: [z]\n"
            "policy: {token_ceiling: {contents: write}}\n",
            files,
        )
        assert config.files == (".phase-mirror.yml", "governance/base.yml")
        assert config.extends == "strict"
        assert (rule(config, "MD-204").severity, rule(config, "MD-204").exempt) == (Severity.LOW, ("a/b",))
        assert [claim.value for claim in config.claims] == ["z"]
        assert config.policy.token_ceiling.level("contents") == "write"
        assert config.policy.token_ceiling.span_of("packages").path == "governance/base.yml"
        assert config.breaker.max_blocks_per_hour == 3

    def test_a_family_of_the_nearer_file_wins_over_a_rule_of_the_farther_one(self):
        files = {"a.yml": "rules: {MD-204: {standing: blocking, severity: high}, MD-101: warn}"}
        config = config_of("extends: a.yml\nrules: {MD-002: off}", files)
        assert rule(config, "MD-204").standing is Standing.OFF
        assert rule(config, "MD-204").severity is Severity.HIGH
        assert rule(config, "MD-101").standing is Standing.WARN

    def test_branch_patterns_of_the_nearer_file_are_applied_last(self):
        files = {"a.yml": 'modes: {"branch:*": {max: {high: 9}}, "branch:main": {max: {high: 8}}}'}
        config = config_of('extends: a.yml\nmodes: {"branch:*": {max: {high: 1}}}', files)
        assert config.mode(Mode.PULL_REQUEST, "main").thresholds.high == 1

    def test_a_circle_is_refused(self):
        files = {"a.yml": "extends: b.yml", "b.yml": "extends: ./a.yml"}
        assert problems_of("extends: a.yml", files) == [
            "b.yml:1:1: extends goes in a circle: a.yml -> b.yml -> a.yml (end the chain with a preset)"
        ]
        assert "circle" in problems_of("extends: .phase-mirror.yml")[0]

    def test_a_long_chain_is_refused(self):
        files = {f"{number}.yml": f"extends: {number + 1}.yml" for number in range(20)}
        (problem,) = problems_of("extends: 0.yml", files)
        assert f"more than {MOST_EXTENDED} files" in problem

    def test_a_missing_file_is_named(self):
        assert problems_of("extends: gone.yml") == [
            ".phase-mirror.yml:1:1: extends 'gone.yml', which cannot be read: no such file (add it)"
        ]

    def test_mistakes_of_the_extended_file_carry_its_path(self):
        (problem,) = problems_of("extends: a.yml", {"a.yml": "\npolcy: {}"})
        assert problem == "a.yml:2:1: unknown key 'polcy' (did you mean 'policy'?)"

    @pytest.mark.parametrize(
        "value",
        ["https://evil.example/x.yml", "../other/x.yml", "/etc/x.yml", "~/x.yml", "a/../../x.yml", "a\\\\b.yml"],
    )
    def test_nothing_outside_the_repository_is_extended(self, value):
        (problem,) = problems_of(f'extends: "{value}"', {value: "version: 1"})
        assert ".phase-mirror.yml:1:10: extends: expected a" in problem


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("polcy: {}", "1:1: unknown key 'polcy' (did you mean 'policy'?)"),
            ("rules: {MD-20: off}", "1:9: unknown rule id 'MD-20' under 'rules' (did you mean 'MD-204'?)"),
            ("rules: {zzz: off}", "1:9: unknown rule id 'zzz' under 'rules' (list them with: phase-mirror rules)"),
            (
                "rules: {MD-204: of}",
                "1:17: rules.MD-204: expected a mapping or a standing, not 'of' (did you mean 'off'?)",
            ),
            (
                "rules: {MD-204: 1}",
                (
                    "1:17: rules.MD-204: expected a mapping or a standing, not 1 "
                    "(known are: off, draft, pilot, warn, blocking)"
                ),
            ),
            (
                "rules: {MD-204: {severity: hihg}}",
                "1:28: rules.MD-204.severity: 'hihg' is not known (did you mean 'high'?)",
            ),
            ("rules: {MD-201: {near: yes}}", "1:24: rules.MD-201.near: expected true or false, not 'yes'"),
            (
                "rules: {MD-201: {depth: 1.5}}",
                "1:25: rules.MD-201.depth: expected a whole number of at least 0, not 1.5",
            ),
            ("rules: {MD-201: {share: true}}", "1:25: rules.MD-201.share: expected a number of at least 0, not true"),
            ("rules: {MD-201: {names: a}}", "1:25: rules.MD-201.names: expected a list, not 'a'"),
            ("rules: {MD-201: {word: [a]}}", "1:24: rules.MD-201.word: expected a text, not a list"),
            ("rules: [MD-201]", "1:8: rules: expected a mapping, not a list"),
            ("modes: {merge_grup: {}}", "1:9: unknown mode 'merge_grup' under 'modes' (did you mean 'merge_group'?)"),
            ("modes: {'branch:': {}}", "1:9: unknown mode 'branch:' under 'modes' (did you mean 'branch:<glob>'?)"),
            ("version: 2", "1:10: version: expected a whole number that is 1, not 2"),
            ("drift: {threshold: 2}", "1:20: drift.threshold: expected a number from 0 to 1, not 2"),
            ("budget: {seconds: .inf}", "1:19: budget.seconds: expected a number from 0.1 to 3600, not inf"),
            ("budget: {seconds: .nan}", "1:19: budget.seconds: expected a number from 0.1 to 3600, not nan"),
            (f"version: {'9' * 90}", "1:10: version: expected a whole number that is 1, not a huge number"),
            ("claims: [1]", "1:10: claims[0]: expected a text, not 1 (put it in quotes)"),
            ("claims: ['']", "1:10: claims[0]: expected a text, not ''"),
            ("claims: [~]", "1:10: claims[0]: expected a text, not nothing"),
            (
                f"claims: [{'a' * 1001}]",
                f"1:10: claims[0]: expected a text of at most 1000 characters, not '{'a' * 57}...'",
            ),
            (
                "policy: {pins: {}}",
                (
                    "1:16: policy.pins: the key 'actions' is missing "
                    "(add it: How actions are pinned: any, tag, or sha (a hash).)"
                ),
            ),
            (
                "redaction: {patterns: [{name: a}]}",
                "1:24: redaction.patterns[0]: the key 'regex' is missing (add it: What is found.)",
            ),
            (
                "exemptions: [{rule: md-204, path: x}]",
                "1:21: exemptions[0].rule: 'md-204' is not known (did you mean 'MD-204'?)",
            ),
            (
                "exemptions: [{rule: MD-204, path: x, expires: 2027-02-29}]",
                "1:47: exemptions[0].expires: expected a day such as 2027-03-01, not '2027-02-29'",
            ),
            (
                "redaction: {patterns: [{name: A b, regex: x}]}",
                "1:31: redaction.patterns[0].name: expected a name of small letters, digits and hyphens, not 'A b'",
            ),
            (
                "extends: strikt",
                "1:10: extends: expected a preset or the path of a YAML file, not 'strikt' (did you mean 'strict'?)",
            ),
            ("[]", "1:1: the file: expected a mapping, not a list"),
            ("text", "1:1: the file: expected a mapping, not 'text'"),
        ],
    )
    def test_each_is_named_with_its_place(self, text, problem):
        assert problems_of(text) == [f".phase-mirror.yml:{problem}"]

    @pytest.mark.parametrize("regex", ["((", "[[a]", "a{99999999999}"])
    def test_a_regular_expression_must_compile_without_a_warning(self, regex):
        (problem,) = problems_of(f"redaction: {{patterns: [{{name: a, regex: '{regex}'}}]}}")
        assert "expected a regular expression" in problem

    @pytest.mark.parametrize("key", ["store", "region", "endpoint", "environment", "data_dir"])
    def test_where_findings_go_is_never_read_from_a_repository(self, key):
        (problem,) = problems_of(f"{key}: x")
        assert problem.startswith(f".phase-mirror.yml:1:1: '{key}' is never read from a repository: ")
        assert problem.endswith("(remove it; set it by flag or environment variable)")

    @pytest.mark.parametrize("text", ["exemptions: [~]", "redaction: {patterns: [~]}", "exemptions: [{}]"])
    def test_an_entry_without_content_misses_its_keys(self, text):
        problems = problems_of(text)
        assert len(problems) == 2
        assert all("is missing" in problem for problem in problems)

    def test_all_are_reported_at_once(self):
        text = "polcy: {}\nrules: {MD-1: off, MD-204: {severity: x}}\nversion: 3\n"
        with pytest.raises(InvalidConfigurationError) as caught:
            config_of(text)
        assert [problem.span.line for problem in caught.value.problems] == [1, 2, 2, 3]
        assert caught.value.exit_code == EXIT_USAGE
        assert caught.value.sentences() == [str(problem) for problem in caught.value.problems]
        assert caught.value.sentence() == "; ".join(caught.value.sentences())

    def test_a_file_full_of_mistakes_is_answered_with_a_bounded_list(self):
        assert len(problems_of("\n".join(f"key{number}: 1" for number in range(5000)))) == MOST_PROBLEMS
        assert len(problems_of(f"claims: [{', '.join(['1'] * 200)}]")) == MOST_PROBLEMS
        assert "at most 200 are read" in problems_of(f"claims: [{', '.join(['a'] * 201)}]")[0]

    def test_messages_hold_nothing_a_terminal_would_obey(self):
        (problem,) = problems_of('"a\\e[31m\\n::error::x": 1')
        assert "\x1b" not in problem
        assert "\n" not in problem
        (problem,) = problems_of('modes: {"branch:a\\nb": 3}')
        assert "\n" not in problem


def test_places_of_values_that_come_by_alias_are_those_of_the_key():
    config = config_of("claims: [&a x]\npolicy:\n  gate: {branch: &b main, checks: [*b]}\n  pins: {actions: sha}\n")
    assert config.policy.gate.checks[0].span.line == 3
    config = config_of("policy:\n  gate: &g\n    reviews: 1\n  pins: {actions: sha}\n")
    assert config.policy.gate.span == Span(".phase-mirror.yml", 2, 3, 2, 7)
