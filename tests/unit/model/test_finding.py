from phase_mirror.model.finding import Evidence, Finding, fingerprint
from phase_mirror.model.levels import Confidence, Role, Severity
from phase_mirror.model.span import Span


def finding(line=3, value="build", title="t", locator="rules.checks"):
    return Finding(
        "MD-101",
        Severity.HIGH,
        Confidence.HIGH,
        title,
        "m",
        (
            Evidence(Role.DECLARED, Span(".github/rulesets/main.json", line, 7, line, 14), "here", locator, value),
            Evidence(Role.ACTUAL, Span(".github/workflows/ci.yml", 9, 3, 9, 8), "job", "jobs.build", "Build"),
        ),
        "r",
    )


def test_the_identity_is_pinned_for_ever():
    # A change of this digest loses every review, exemption and baseline of every user (docs/decisions/0004).
    assert fingerprint(finding(), "1") == "be0d868dbec8fe428c53e48f882393066c3f2c62b1c11ef1129058e4796f78d5"


def test_lines_and_words_do_not_enter_it():
    assert fingerprint(finding(line=300, title="other"), "1") == fingerprint(finding(), "1")


def test_values_places_and_major_version_do():
    one = fingerprint(finding(), "1")
    assert one != fingerprint(finding(value="test"), "1")
    assert one != fingerprint(finding(locator="rules.other"), "1")
    assert one != fingerprint(finding(), "2")


def test_the_actual_side_is_primary():
    assert finding().primary.span.path == ".github/workflows/ci.yml"
    declared_only = finding().replace(evidence=finding().evidence[:1])
    assert declared_only.primary.span.path == ".github/rulesets/main.json"
