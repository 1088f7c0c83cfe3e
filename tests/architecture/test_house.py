"""What holds for the whole package: import contracts, homes of clock, environment and output, promises of rules."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import phase_mirror
from phase_mirror.model.ids import FAMILIES
from phase_mirror.model.levels import Confidence, RuleOutcome, Severity, Standing
from phase_mirror.rules.registry import RULES
from rule_harness import check, describe, snapshot_of

PACKAGE = Path(phase_mirror.__file__).parent
ROOT = PACKAGE.parent.parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
IDS = [rule.META.id for rule in RULES]
MAY_BLOCK = {f"MD-{n}" for n in (101, 103, 104, 105, 108, 202, 203, 409, 502, 508)}
ISSUE = [
    *(f"MD-{n}" for n in range(101, 110)),
    *(f"MD-{n}" for n in range(201, 206)),
    "MD-302",
    "MD-307",
    *(f"MD-{n}" for n in (401, 402, 403, 404, 407, 408, 409, 502, 508)),
]


def test_the_import_contracts_hold():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def names_in(path):
    """Yield (name, line) of every dotted name used in a module, and of every bare call."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}", node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node.lineno


HOMES = {
    "os.environ": ("app/environment.py", "l0/__init__.py", "cli/output.py", "repository/process.py"),
    "time.time": ("app/analyze.py",),
    "time.monotonic": ("app/assemble.py", "repository/process.py", "repository/objects.py"),
    "sys.stdout": ("cli/",),
    "sys.stderr": ("cli/",),
    "print": (),
    "eval": (),
    "datetime.now": (),
}


@pytest.mark.parametrize("name", sorted(HOMES))
def test_clock_environment_and_output_stay_in_their_homes(name):
    strangers = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in MODULES
        for used, line in names_in(path)
        if used == name and not str(path.relative_to(PACKAGE)).startswith(HOMES[name] or "-")
    ]
    assert strangers == []


def test_every_module_says_what_it_is():
    assert [str(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_the_registry_holds_the_catalogue_in_order():
    assert sorted(IDS) == IDS
    assert len(set(IDS)) == len(IDS)
    assert set(ISSUE) <= set(IDS)
    modules = {f"MD-{path.stem[3:]}" for path in (PACKAGE / "rules").glob("md_*.py")}
    assert modules == set(IDS)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_keeps_the_promises_of_its_metadata(rule):
    meta = rule.META
    assert rule.__name__.endswith(meta.id[3:])
    assert rule.__doc__.startswith(f"{meta.id}: ")
    assert re.fullmatch(r"\d+\.\d+", meta.version)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", meta.name)
    assert meta.family in FAMILIES
    assert meta.severity in Severity
    assert meta.confidence in Confidence
    assert (meta.standing is Standing.BLOCKING) == (meta.id in MAY_BLOCK)
    assert meta.why.endswith(".")
    assert meta.remediation.endswith(".")
    assert not meta.title.endswith(".")
    assert all(source.startswith("https://") for source in meta.sources)
    assert meta.sources
    assert meta.inputs
    json.dumps([option.default for option in meta.options])


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_the_examples_of_a_rule_are_what_they_say(rule):
    outcome, found = example(rule, rule.META.example_bad)
    assert outcome is RuleOutcome.FINDINGS
    assert found
    outcome, found = example(rule, rule.META.example_good)
    assert describe(found) == ""
    assert outcome is RuleOutcome.CLEAN


def example(rule, files):
    from phase_mirror.app.configuration import configuration_of, weakenings_of

    base = {path.removeprefix("base/"): text for path, text in files if path.startswith("base/")}
    head = snapshot_of({path: text for path, text in files if not path.startswith("base/")}, slug="example/repository")
    tip = snapshot_of(base, slug="example/repository") if base else None
    extra = {"MD-407": configuration_of(head).exemptions, "MD-409": weakenings_of(head, tip) if tip else ()}
    return check(rule, head, base=tip, extra=extra.get(rule.META.id))


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_finding_of_an_example_cites_places_and_names_the_edit(rule):
    _, found = example(rule, rule.META.example_bad)
    for finding in found:
        assert len(finding.evidence) >= 2, "both sides are cited"
        assert finding.primary.span is not None
        assert finding.remediation.endswith(".")
        assert finding.message.endswith(".")
        for side in finding.evidence:
            assert side.span is not None or side.url.startswith("https://")
            assert not re.search(r":\d+:\d+", side.locator), "no line numbers in what identifies a finding"


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_has_fixtures_of_every_kind(rule):
    folder = ROOT / "tests" / "rules" / rule.META.id
    for kind in ("bad", "good", "na"):
        cases = [path for path in (folder / kind).glob("*") if path.is_dir()]
        assert cases, f"{rule.META.id} has no {kind} case"


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_an_empty_repository_is_not_applicable(rule):
    outcome, found = check(rule, snapshot_of({}))
    assert found == []
    assert outcome in {RuleOutcome.NOT_APPLICABLE, RuleOutcome.NOT_AVAILABLE}
