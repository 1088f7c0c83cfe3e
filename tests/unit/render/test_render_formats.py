"""Whole outputs of every format, and what no text of a repository may do to them."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

from phase_mirror.errors import UsageError
from phase_mirror.model import report_json
from phase_mirror.model.levels import Outcome
from phase_mirror.model.report_json import from_json, to_json
from phase_mirror.render import FORMATS, render
from report_samples import decision, empty, full, item, meta, report, rule_meta, side
from snapshots import assert_snapshot

HERE = Path(__file__).parent / "snapshots"
RULES = [rule_meta("MD-101"), rule_meta("MD-202")]
SCHEMA = json.loads(Path(report_json.__file__).with_name("report-2.0.0.schema.json").read_text())
ATTACKS = (
    "::error file=x::owned",
    "  ::add-mask::x",
    "x ##[error]owned",
    "##vso[task.setvariable variable=a]b",
    "\x1b[2J\x1b]8;;http://evil.example\x07link",
    "line\n::stop-commands::token",
    "carriage\r::error::owned",
    "\u202egnissim\u2066",
    "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "@org/team closes #12 GH-12",
    "```\n# heading\n```",
    "a | b | c",
    "](1) [x](javascript:alert(1))",
    "\udcff broken \ud800",
    "-->",
    "</details><h1>x",
)
MENTION = re.compile(r"(?<![\w`])@\w|(?<![\w&`])#\d")


def hostile():
    items = tuple(
        item(
            "MD-101",
            side("actual", f".github/{text}", 1, 1, 5, text, f"{text} tail", locator=text, value=text),
            side("declared", "CODEOWNERS", 2, 1, 3, text, text),
            title=text,
            message=text,
            remediation=text,
            id=f"{number:064x}",
        )
        for number, text in enumerate(ATTACKS)
    )
    return report(*items, meta=meta(notices=ATTACKS, repository=ATTACKS[0]), decision=decision("block", ATTACKS[0]))


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_report_is_rendered_as_the_snapshot_says(name):
    assert_snapshot(HERE / f"full.{name}", render(full(), name, rules=RULES))


@pytest.mark.parametrize(
    ("case", "more"),
    [("color", {"color": True}), ("verbose", {"verbose": True}), ("quiet", {"quiet": True})],
)
def test_the_terminal_format_has_variants(case, more):
    assert_snapshot(HERE / f"full.terminal-{case}", render(full(), "terminal", rules=RULES, **more))


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_report_says_that_nothing_was_found(name):
    text = render(empty(), name)
    assert "No contradiction was found" in text
    assert text.endswith("\n")


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"there is no format 'xml' \(one of: terminal, json"):
        render(empty(), "xml")


@pytest.mark.parametrize("make", [full, empty, hostile])
def test_json_follows_the_published_schema(make):
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(render(make(), "json")))


@pytest.mark.parametrize("make", [full, empty, hostile])
def test_sarif_follows_the_official_schema(make):
    log = json.loads(render(make(), "sarif", rules=RULES))
    log.pop("$schema")  # the model names it otherwise
    for result in log["runs"][0]["results"]:
        for suppression in result.get("suppressions", ()):  # the model was made from the schema before it had `status`
            assert suppression.pop("status") in {"accepted", "underReview", "rejected"}
    SarifLog.model_validate(log)


def test_a_report_survives_the_way_to_json_and_back():
    shape = to_json(full())
    assert to_json(from_json(json.loads(json.dumps(shape)), "x")) == shape


@pytest.mark.parametrize("name", FORMATS)
def test_no_text_of_the_repository_becomes_a_workflow_command(name):
    text = render(hostile(), name, rules=RULES)
    for line in text.splitlines():
        assert not re.search(r"##(?:\[|vso\[)", line)
        if re.match(r"\s*::(?!:)", line):
            assert name == "github"
            assert re.match(r"::(error|warning|notice) file=[^:]*::", line)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\r" not in text


def test_github_annotations_stay_one_line_for_each_finding():
    lines = [line for line in render(hostile(), "github").splitlines() if line.startswith("::")]
    assert len(lines) == 10  # GitHub shows ten of a kind
    assert "Not annotated: 7 of kind error" in render(hostile(), "github")


def test_markdown_shows_text_literally():
    text = render(hostile(), "markdown")
    outside = re.sub(r"(?s)(`{3,})text\n.*?\n\1", "", text)
    outside = re.sub(r"(`+)[^\n]*?\1", "", outside)
    assert "<script" not in outside
    assert "<img" not in outside
    assert "](https://evil" not in outside
    assert not MENTION.search(outside)
    assert "\n# heading" not in outside


def test_markdown_stays_below_the_limit_of_a_comment():
    many = report(*(item("MD-101", title="x" * 900, id=f"{n:064x}") for n in range(300)))
    text = render(many, "markdown")
    assert len(text) < 65_536
    assert "more new findings are left out" in text


def test_json_is_ascii_and_holds_no_lone_surrogates():
    text = render(hostile(), "json")
    assert text.isascii()
    assert not re.search(r"\\ud[89a-f][0-9a-f]{2}(?!\\ud)", text, re.IGNORECASE)


def test_the_terminal_says_what_blocks():
    text = render(full(), "terminal")
    assert text.splitlines()[-1].startswith("block: ")
    assert full().decision.outcome is Outcome.BLOCK


@given(st.text(max_size=80), st.sampled_from(FORMATS))
def test_any_text_can_be_rendered(text, name):
    shown = render(
        report(item("MD-101", side("actual", text or "x", 3, 2, 9, text, text), title=text, message=text)), name
    )
    assert "\x1b" not in shown
    assert not re.search(r"##(?:\[|vso\[)", shown)
    shown.encode("utf-8", "backslashreplace")
    if name == "json":
        Draft202012Validator(SCHEMA).validate(json.loads(shown))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.pop("meta"), "'meta' is missing"),
        (lambda d: d["meta"].update(schema_version="1.0.0"), "it is of schema 1.0.0"),
        (lambda d: d["meta"].update(strict="yes"), "true or false was expected"),
        (lambda d: d["items"][0].update(evidence=[]), "an item has no place"),
        (lambda d: d["items"][0].update(rule_id="x"), "'x' is no rule id"),
        (lambda d: d["items"][0].update(edits=[{"path": "x", "range": "1:2", "new": ""}]), "not enough values"),
        (lambda d: d["items"][0].update(edits=[{"path": "x", "range": "a:2-3:4", "new": ""}]), "an edit has no range"),
        (lambda d: d["items"].append(3), "subscriptable"),
        (lambda d: d["machine_decision"].update(outcome="maybe"), "is not a valid Outcome"),
        (lambda d: d["meta"]["rules"][0].update(milliseconds=-1), "milliseconds"),
        (lambda d: d["meta"]["unreadable"][0].update(line=True), "a number of at least 0"),
        (lambda d: d["meta"].update(notices={}), "a list was expected"),
        (lambda d: d["meta"].update(commit=3), "a text was expected"),
    ],
)
def test_a_damaged_report_is_refused_with_the_place(change, sentence):
    shape = json.loads(json.dumps(to_json(full())))
    change(shape)
    with pytest.raises(UsageError) as error:
        from_json(shape, "saved.json")
    assert sentence in str(error.value)
    assert str(error.value).startswith("saved.json: not a phase-mirror report of schema 2.0.0")
