import pytest

from catalogue import CATALOGUE, config_of
from phase_mirror.config.keys import root
from phase_mirror.config.kinds import Flag, Listed, Number, Table, Text, Whole, Words
from phase_mirror.config.records import Config
from phase_mirror.config.weaken import weakenings

SPECIAL_FILES = {"strong.yml": "extends: strict\n", "weak.yml": "extends: minimal\n"}


def compared(before, after):
    found = weakenings(config_of(before, SPECIAL_FILES), config_of(after, SPECIAL_FILES), CATALOGUE)
    return [(one.key, one.before, one.after, one.known) for one in found]


WEAKER = [
    # rules
    ("rules: {MD-102: blocking}", "rules: {MD-102: warn}", ("rules.MD-102.standing", "blocking", "warn", True)),
    ("rules: {MD-102: blocking}", "", ("rules.MD-102.standing", "blocking", "warn", True)),
    ("", "rules: {MD-101: off}", ("rules.MD-101.standing", "blocking", "off", True)),
    ("", "rules: {MD-001: off}", ("rules.MD-001.standing", "blocking, warn", "off", True)),
    ("", "rules: {MD-004: {severity: low}}", ("rules.MD-004.severity", "high, medium", "low", True)),
    ("rules: {MD-002: blocking}", "", ("rules.MD-002.standing", "blocking", "warn", True)),
    ("", "rules: {MD-204: {exempt: [a/b]}}", ("rules.MD-204.exempt", "", "a/b", True)),
    (
        "rules: {MD-204: {exempt: [a/*]}}",
        "rules: {MD-204: {exempt: [a/*, '**']}}",
        ("rules.MD-204.exempt", "", "**", True),
    ),
    (
        "",
        "rules: {MD-101: {accept_new_exemptions: true}}",
        ("rules.MD-101.accept_new_exemptions", "false", "true", True),
    ),
    ("", "rules: {MD-201: {depth: 1}}", ("rules.MD-201.depth", "3", "1", False)),
    ("rules: {MD-201: {names: [a]}}", "rules: {MD-201: {names: [b]}}", ("rules.MD-201.names", "['a']", "['b']", False)),
    # modes
    ("modes: {merge_group: {strict: true}}", "", ("modes.merge_group.strict", "true", "false", True)),
    ("", "modes: {pull_request: {max: {high: 3}}}", ("modes.pull_request.max.high", "0", "3", True)),
    ("modes: {drift: {max: {low: 5}}}", "", ("modes.drift.max.low", "5", "no limit", True)),
    (
        "modes: {'branch:release/*': {max: {medium: 0}}}",
        "modes: {'branch:release/*': {max: {medium: 1}}}",
        ("modes.branch:release/*.max.medium", "0", "1", True),
    ),
    ("", "modes: {'branch:x': {max: {high: 1}}}", ("modes.branch:x.max.high", "0", "1", True)),
    ("modes: {'branch:x': {max: {medium: 0}}}", "", ("modes.branch:x.max.medium", "0", "10", True)),
    # extends
    ("extends: strict", "extends: standard", ("extends", "strict", "standard", True)),
    ("extends: strict", "", ("extends", "strict", "standard", True)),
    ("", "extends: minimal", ("extends", "standard", "minimal", True)),
    ("extends: strong.yml", "extends: weak.yml", ("extends", "strict", "minimal", True)),
    # policy
    (
        "policy: {token_ceiling: {contents: read}}",
        "policy: {token_ceiling: {contents: write}}",
        ("policy.token_ceiling.contents", "read", "write", True),
    ),
    (
        "policy: {token_ceiling: {}}",
        "policy: {token_ceiling: {packages: read}}",
        ("policy.token_ceiling.packages", "", "read", True),
    ),
    ("policy: {token_ceiling: {contents: read}}", "", ("policy.token_ceiling", "declared", "", True)),
    ("policy: {pins: {actions: sha}}", "policy: {pins: {actions: tag}}", ("policy.pins.actions", "sha", "tag", True)),
    (
        "policy: {pins: {actions: sha}}",
        "policy: {pins: {actions: sha, except: ['*/*']}}",
        ("policy.pins.except", "", "*/*", True),
    ),
    ("policy: {gate: {reviews: 2}}", "policy: {gate: {reviews: 1}}", ("policy.gate.reviews", "2", "1", True)),
    ("policy: {gate: {reviews: 2}}", "policy: {gate: {}}", ("policy.gate.reviews", "2", "", True)),
    (
        "policy: {gate: {code_owner_review: true}}",
        "policy: {gate: {code_owner_review: false}}",
        ("policy.gate.code_owner_review", "true", "false", True),
    ),
    (
        "policy: {gate: {admin_bypass: false}}",
        "policy: {gate: {}}",
        ("policy.gate.admin_bypass", "false", "", True),
    ),
    ("policy: {gate: {branch: main}}", "policy: {gate: {branch: x}}", ("policy.gate.branch", "main", "x", False)),
    ("policy: {gate: {checks: [a, b]}}", "policy: {gate: {checks: [a]}}", ("policy.gate.checks", "b", "", True)),
    ("policy: {gate: {reviews: 1}}", "policy: {}", ("policy.gate", "declared", "", True)),
    ("", "policy: {external_checks: ['*']}", ("policy.external_checks", "", "*", True)),
    ("policy: {sensitive_paths: [a]}", "policy: {sensitive_paths: []}", ("policy.sensitive_paths", "a", "", True)),
    # lists
    ("claims: [a, b]", "claims: [b]", ("claims", "a", "", True)),
    ("", "exemptions: [{rule: MD-101, path: 'x/**'}]", ("exemptions", "", "MD-101 x/**", True)),
    (
        "exemptions: [{rule: MD-101, path: x, expires: 2027-01-01}]",
        "exemptions: [{rule: MD-101, path: x, expires: 2028-01-01}]",
        ("exemptions.expires", "2027-01-01", "2028-01-01", True),
    ),
    (
        "exemptions: [{rule: MD-101, path: x, expires: 2027-01-01}]",
        "exemptions: [{rule: MD-101, path: x}]",
        ("exemptions.expires", "2027-01-01", "", True),
    ),
    ("redaction: {patterns: [{name: a, regex: x}]}", "", ("redaction.patterns", "a x", "", True)),
    (
        "redaction: {patterns: [{name: a, regex: x}]}",
        "redaction: {patterns: [{name: a, regex: y}]}",
        ("redaction.patterns", "a x", "", False),
    ),
    # mechanisms
    ("", "breaker: {max_blocks_per_hour: 1}", ("breaker.max_blocks_per_hour", "10", "1", True)),
    ("demotion: {min_reviewed: 50}", "", ("demotion.min_reviewed", "50", "20", True)),
    ("", "drift: {threshold: 0.9}", ("drift.threshold", "0.15", "0.9", True)),
    ("", "budget: {file_megabytes: 1}", ("budget.file_megabytes", "5.0", "1.0", True)),
]


@pytest.mark.parametrize(("before", "after", "expected"), WEAKER)
def test_weaker(before, after, expected):
    assert compared(before, after) == [expected]


@pytest.mark.parametrize(("before", "after", "expected"), [case for case in WEAKER if case[2][3]])
def test_the_way_back_weakens_nothing(before, after, expected):
    assert [one for one in compared(after, before) if one[3]] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("extends: standard", ""),
        ("", "rules: {MD-101: blocking}"),
        ("rules: {MD-101: off}", ""),
        ("policy: {gate: {reviews: 0}}", "policy: {gate: {}}"),
        ("policy: {gate: {admin_bypass: true}}", "policy: {gate: {}}"),
        ("policy: {token_ceiling: {contents: none}}", "policy: {token_ceiling: {}}"),
        ("policy: {token_ceiling: {}}", "policy: {token_ceiling: {contents: none}}"),
        (
            "",
            "policy: {token_ceiling: {contents: write}, pins: {actions: any, except: [x]}, gate: {admin_bypass: true}}",
        ),
        ("claims: [a, b]", "claims: [b, a]"),
        (
            "exemptions: [{rule: MD-101, path: x, reason: a}]",
            "exemptions: [{rule: MD-101, path: x, reason: b, owner: c}]",
        ),
        ("extends: strict", "extends: strong.yml"),
    ],
)
def test_not_weaker(before, after):
    assert compared(before, after) == []


def test_places_on_both_sides():
    before, after = config_of("policy:\n  pins: {actions: sha}\n"), config_of("\npolicy:\n  pins: {actions: any}\n")
    (one,) = weakenings(before, after, CATALOGUE)
    assert (one.span_before.line, one.span_after.line) == (2, 3)


def test_a_file_that_goes_takes_its_demands_along():
    before = config_of("extends: strict\npolicy: {gate: {reviews: 1}, pins: {actions: sha}}\nclaims: [a]\n")
    found = weakenings(before, Config(), CATALOGUE)
    assert [one.key for one in found] == ["extends", "policy.pins", "policy.gate", "claims"]
    assert all(one.span_after is None for one in found)


def test_one_line_of_a_family_is_one_weakening_even_where_rules_share_an_alias():
    found = compared("", "rules: {MD-101: &a {severity: low}, MD-401: *a}")
    assert [one[0] for one in found] == ["rules.MD-001.severity", "rules.MD-004.severity"]
    found = compared("", "modes: {local: {max: &a {high: 1}}, drift: {max: *a}}")
    assert [one[0] for one in found] == ["modes.local.max.high", "modes.drift.max.high"]


def leaves(table, prefix=""):
    for key in (*table.keys, *((table.prefixed,) if table.prefixed else ())):
        inner = key.kind.item if isinstance(key.kind, Listed) else getattr(key.kind, "table", key.kind)
        if isinstance(inner, Table):
            yield from leaves(inner, f"{prefix}{key.name}.")
        if isinstance(key.kind, (Flag, Words, Text, Whole, Number, Listed)):
            yield f"{prefix}{key.name}", key


def test_every_key_has_an_order_or_is_known_to_need_none():
    neutral = {
        "version",
        "extends",  # its effect is compared
        "exemptions.rule",  # these tell entries of a list apart
        "exemptions.path",
        "exemptions.reason",
        "exemptions.owner",
        "redaction.patterns.name",
        "redaction.patterns.regex",
    }
    assert {path for path, key in leaves(root(CATALOGUE)) if not key.weaker} == neutral
