"""Runs every rule on its fixtures: `tests/rules/<id>/{bad,good,na}/<case>/`.

A case is a tree of files. `bad` cases hold `expected.txt` beside it, the findings line by line, rewritten by
`UPDATE_SNAPSHOTS=1`; `good` cases are clean, `na` cases not applicable. A case with `head/` and `base/` folders is a
change; a case with `case.json` names the default branch.
"""

import json
import os
from pathlib import Path

import pytest

from phase_mirror.model.levels import RuleOutcome
from rule_harness import describe, run_rule

HERE = Path(__file__).parent
CASES = sorted(path for kind in ("bad", "good", "na") for path in HERE.glob(f"MD-*/{kind}/*") if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=[str(case.relative_to(HERE)) for case in CASES])
def test_case(case):
    rule_id, kind = case.parts[-3], case.parts[-2]
    outcome, findings = run_rule(rule_id, case)
    if kind == "na":
        assert outcome is RuleOutcome.NOT_APPLICABLE, describe(findings)
        return
    if kind == "good":
        assert describe(findings) == ""
        assert outcome is RuleOutcome.CLEAN
        return
    expected = case.with_name(case.name + ".expected.txt")
    text = describe(findings)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        expected.write_text(text)
    assert outcome is RuleOutcome.FINDINGS
    assert text == expected.read_text()


def test_every_case_file_is_json_when_present():
    for path in HERE.glob("MD-*/*/*/case.json"):
        assert isinstance(json.loads(path.read_text()), dict)
