"""The invariants in the pipeline: the state is that of the tree, and each violating place is an item that blocks."""

import pytest
from test_oracle_pipeline import rule, run

from phase_mirror.config.records import Config
from phase_mirror.l0 import PERMISSIONS, SCHEMA_SHA256
from phase_mirror.model.levels import Confidence, Mode, Outcome, Severity, Standing, Status
from phase_mirror.model.policy import Policy, TextAt, TokenCeiling
from phase_mirror.model.report_json import from_json, to_json
from phase_mirror.model.span import Span
from phase_mirror.oracle.grants import BITS, ceiling_bits, grants_of
from phase_mirror.oracle.request import OutOfTimeError
from rule_harness import snapshot_of

CI = ".github/workflows/ci.yml"
OTHER = ".github/workflows/other.yml"
QUIET = rule("MD-101", [])
AT = Span(".phase-mirror.yml", 2, 3, 2, 9)


def workflow(permissions="", job="", event="push"):
    top = f"permissions: {permissions}\n" if permissions else ""
    own = f"    permissions: {job}\n" if job else ""
    return f"on: {event}\n{top}jobs:\n  build:\n{own}    runs-on: ubuntu-latest\n    steps: [{{run: make}}]\n"


def analyzed(files, *rules, **more):
    return run(files, *(rules or (QUIET,)), schema_hash=SCHEMA_SHA256, **more)


def ceiling(**grants):
    named = {scope.replace("_", "-"): TextAt(level, AT) for scope, level in grants.items()}
    return Config(policy=Policy(token_ceiling=TokenCeiling(AT, named)))


def found(report):
    return [
        (item.rule_id, item.primary.value, str(item.primary.span.path), item.primary.span.line, item.status.value)
        for item in report.items
    ]


def blocks(report):
    return report.decision.outcome is Outcome.BLOCK and not report.decision.incomplete


class TestGrants:
    def grants(self, text, **policy):
        return [
            (grant.bit, grant.word, grant.locator) for grant in grants_of(snapshot_of({CI: text}), Policy(**policy))
        ]

    @pytest.mark.parametrize("scope", sorted(BITS))
    def test_every_scope_has_its_bit(self, scope):
        assert self.grants(workflow(f"{{{scope}: write}}")) == [(BITS[scope], scope, "permissions")]
        assert self.grants(workflow(f"{{{scope}: read}}")) == []

    def test_every_bit_has_a_scope(self):
        assert {bit.bit_length() - 1 for bit in BITS.values()} == set(range(len(PERMISSIONS)))

    @pytest.mark.parametrize("scope", ["repository-projects", "models", "copilot-requests", "drives"])
    def test_a_known_scope_without_a_bit_sets_none(self, scope):
        assert self.grants(workflow(f"{{{scope}: write}}")) == [(0, scope, "permissions")]

    def test_an_unknown_scope_sets_the_reserved_bit_unless_the_configuration_names_it(self):
        text = workflow("{telepathy: write}")
        assert self.grants(text) == [(1 << 13, "telepathy", "permissions")]
        assert self.grants(text, token_scopes=(TextAt("Telepathy", AT),)) == [(0, "telepathy", "permissions")]
        assert self.grants(workflow("{telepathy: read}")) == []

    def test_scopes_are_read_without_case(self):
        assert self.grants(workflow("{Contents: write}")) == [(1, "Contents", "permissions")]

    def test_what_every_job_replaces_is_no_grant(self):
        assert self.grants(workflow("write-all", "{contents: read}")) == []
        assert self.grants(workflow("write-all", "{contents: write}")) == [(1, "contents", "jobs.build.permissions")]

    def test_a_grant_that_several_jobs_share_counts_once(self):
        text = workflow("write-all") + "  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
        assert self.grants(text) == [(1 << 12, "write-all", "permissions")]

    @pytest.mark.parametrize("permissions", ["", "read-all", "{}", "none", "[contents]", "{contents: [write]}"])
    def test_what_grants_nothing(self, permissions):
        assert self.grants(workflow(permissions)) == []

    def test_scopes_that_share_a_bit_share_the_ceiling(self):
        assert ceiling_bits(TokenCeiling(AT, {"checks": TextAt("write", AT)})) == BITS["statuses"]
        assert ceiling_bits(TokenCeiling(AT, {"checks": TextAt("read", AT)})) == 0


class TestViolations:
    def test_write_all_blocks_with_workflow_and_line(self):
        report = analyzed({CI: workflow("write-all")})
        assert found(report) == [("L0-1", "write-all", CI, 2, "new")]
        (item,) = report.items
        assert (item.severity, item.confidence) == (Severity.CRITICAL, Confidence.HIGH)
        assert item.url.endswith("/docs/guides/embedding-l0.md#l0-1")
        assert blocks(report)
        assert report.decision.reason == (f"L0-1 is violated at {CI}:2: 'write-all' is authority without bounds.")
        assert report.blocking() == report.items
        assert (report.meta.invariants.mask, report.meta.invariants.judged) == (2, 3)
        assert len(report.meta.invariants.sentences) == 1

    def test_an_ordinary_tree_has_no_finding(self):
        every = ", ".join(f"{scope}: write" for scope in BITS)
        report = analyzed({CI: workflow(f"{{{every}}}"), OTHER: workflow("read-all")})
        assert (report.items, report.decision.outcome) == ((), Outcome.PASS)
        evidence = report.meta.invariants.checks[1].evidence
        assert evidence.startswith(f"write is granted: {', '.join(PERMISSIONS)} (no ceiling is declared)")

    def test_what_lacks_is_named_absent_and_not_judged(self):
        report = analyzed({})
        results = {check.name: (check.result, check.evidence) for check in report.meta.invariants.checks}
        assert results == {
            "schema_hash": ("holds", f"schema 2.0.0, SHA-256 {SCHEMA_SHA256[:12]}"),
            "permission_bits": (
                "holds",
                "no write is granted (no ceiling is declared); MD-202 did not run, so bit 14 is not judged",
            ),
            "drift_magnitude": ("absent", "there is no approved baseline to drift from"),
            "nonce_freshness": ("absent", "no redaction nonce is loaded"),
            "contraction_witness": ("absent", "there are no windows of reviewed findings"),
        }

    def test_a_declared_ceiling_is_held(self):
        files = {CI: workflow("{contents: write, issues: write, statuses: write}")}
        report = analyzed(files, config=ceiling(contents="write", issues="read", checks="write"))
        assert found(report) == [("L0-1", "issues: write", CI, 2, "new")]
        actual, declared = report.items[0].evidence
        assert (actual.locator, declared.locator, declared.value) == ("permissions", "policy.token_ceiling", "issues")
        assert declared.span == AT
        assert "raise `policy.token_ceiling` on the base branch" in report.items[0].remediation
        assert blocks(report)

    def test_an_unknown_scope_blocks_and_says_what_to_do(self):
        report = analyzed({CI: workflow("{telepathy: write}")})
        assert found(report) == [("L0-1", "telepathy: write", CI, 2, "new")]
        assert "`policy.token_scopes`" in report.items[0].remediation

    def test_every_place_is_an_item(self):
        report = analyzed({CI: workflow("write-all"), OTHER: workflow("{a: write, b: write}", "write-all")})
        assert found(report) == [
            ("L0-1", "write-all", CI, 2, "new"),
            ("L0-1", "write-all", OTHER, 5, "new"),
        ]
        assert report.decision.reason.endswith(f"Also L0-1 at {OTHER}:5.")

    @pytest.mark.parametrize("digest", ["", "a" * 64])
    def test_another_schema_blocks(self, digest):
        report = run({}, QUIET, schema_hash=digest)
        assert found(report) == [("L0-0", "schema", "dissonance_report.json", 1, "new")]
        assert blocks(report)
        assert report.meta.invariants.mask == 1
        assert report.decision.reason.startswith("L0-0 is violated at dissonance_report.json:1")

    def test_a_schema_nobody_looked_at_is_not_judged(self):
        report = run({}, QUIET)
        assert report.meta.invariants.judged == 2
        assert report.meta.invariants.checks[0].result == "absent"

    def test_texts_of_the_tree_are_redacted(self):
        token = "ghp_" + "A1b2C3d4" * 4 + "A1b2"
        report = analyzed({CI: workflow(f"{{{token}: write}}")})
        assert token not in repr(to_json(report))
        assert len(report.items) == 1

    def test_the_report_survives_its_published_shape(self):
        report = analyzed({CI: workflow("write-all")})
        assert from_json(to_json(report), "x").meta.invariants == report.meta.invariants
        assert from_json(to_json(report), "x").items[0].rule_id == "L0-1"
        assert to_json(report)["items"][0]["family"] == "L0"


class TestNothingSwitchesItOff:
    @pytest.mark.parametrize(
        "more",
        [
            {"selected": ("MD-101",)},
            {"ignored": ("MD-101", "MD-002")},
            {"min_confidence": Confidence.HIGH},
            {"folder": "docs"},
            {"config": Config()},
        ],
    )
    def test_no_narrowing_does(self, more):
        assert blocks(analyzed({CI: workflow("write-all")}, **more))

    @pytest.mark.parametrize("word", ["L0-1", "MD-001", "MD-002"])
    def test_no_comment_does(self, word):
        text = workflow("write-all").replace("write-all", f"write-all # phase-mirror: ignore[{word}] we need it")
        assert blocks(analyzed({CI: text}))
        assert blocks(analyzed({CI: text}, base={CI: workflow()}))

    def test_a_dry_run_and_calibration_only_warn(self):
        files = {CI: workflow("write-all")}
        for more in ({"dry_run": True}, {"mode": Mode.CALIBRATION}):
            report = analyzed(files, **more)
            assert (report.decision.outcome, len(report.items)) == (Outcome.WARN, 1)


class TestAgainstTheBase:
    OLD = {CI: workflow("write-all")}

    def change(self, head, mode=Mode.PULL_REQUEST, **more):
        return analyzed(head, base=self.OLD, mode=mode, **more)

    @pytest.mark.parametrize("mode", [Mode.PULL_REQUEST, Mode.LOCAL])
    def test_what_was_there_warns_in_a_pull_request(self, mode):
        report = self.change(self.OLD, mode)
        assert found(report) == [("L0-1", "write-all", CI, 2, "pre-existing")]
        assert report.decision.outcome is Outcome.WARN
        assert report.decision.reason == "Already on the base, cannot block: 1 critical (L0-1)."
        assert report.blocking() == ()

    @pytest.mark.parametrize("mode", [Mode.MERGE_GROUP, Mode.DRIFT])
    def test_what_was_there_blocks_where_the_whole_is_judged(self, mode):
        report = self.change(self.OLD, mode)
        assert found(report) == [("L0-1", "write-all", CI, 2, "pre-existing")]
        assert blocks(report)
        assert report.blocking() == report.items

    def test_it_survives_edits_elsewhere(self):
        assert not blocks(self.change({CI: "# a comment\nname: CI\n" + workflow("write-all")}))

    def test_a_second_place_is_new(self):
        report = self.change({**self.OLD, OTHER: workflow("write-all")})
        assert [item.status for item in report.items] == [Status.PRE_EXISTING, Status.NEW]
        assert blocks(report)
        assert OTHER in report.decision.reason
        assert f"{CI}:" not in report.decision.reason

    def test_another_kind_of_violation_is_new(self):
        assert blocks(self.change({CI: workflow("{telepathy: write}")}))

    def test_an_adoption_baseline_counts_as_well(self):
        (item,) = analyzed(self.OLD).items
        report = analyzed(self.OLD, baseline={item.id: 1})
        assert report.items[0].status is Status.PRE_EXISTING
        assert not blocks(report)


class TestUntrustedCode:
    def finds(self, **more):
        """Return a rule in the place of MD-202 that finds the bad words."""
        return rule("MD-202", **more)

    FILES = {CI: workflow("{contents: write}").replace("make", "BAD")}

    def test_what_the_rule_finds_for_certain_is_a_violation(self):
        report = analyzed(self.FILES, self.finds())
        assert [item.rule_id for item in report.items] == ["L0-1", "MD-202"]
        assert "code of an untrusted author" in report.meta.invariants.sentences[0]
        assert report.items[0].evidence == report.items[1].evidence
        assert report.items[0].id != report.items[1].id
        assert blocks(report)

    def test_it_holds_whatever_standing_the_rule_has(self):
        assert blocks(analyzed(self.FILES, self.finds(standing=Standing.WARN)))

    def test_what_the_rule_is_not_sure_of_is_none(self):
        report = analyzed(self.FILES, self.finds(confidence=Confidence.MEDIUM))
        assert [item.rule_id for item in report.items] == ["MD-202"]
        assert report.meta.invariants.mask == 0

    def test_what_is_on_the_base_is_pre_existing_here_too(self):
        report = analyzed(self.FILES, self.finds(), base=self.FILES, mode=Mode.PULL_REQUEST)
        assert [item.status for item in report.items] == [Status.PRE_EXISTING] * 2
        assert not blocks(report)

    def test_what_was_exempted_with_a_reason_is_none(self):
        text = self.FILES[CI].replace(
            "    steps:", "    # phase-mirror: ignore[MD-202] reviewed by security\n    steps:"
        )
        report = analyzed({CI: text}, self.finds())
        assert [(item.rule_id, item.status) for item in report.items] == [("MD-202", Status.EXEMPT)]
        assert not blocks(report)

    def test_a_rule_that_did_not_run_is_named(self):
        ran = analyzed({}, rule("MD-202", []))
        assert "MD-202" not in ran.meta.invariants.checks[1].evidence
        for more in ({"ignored": ("MD-202",)}, {"selected": ("MD-101",)}):
            skipped = analyzed(self.FILES, self.finds(), **more)
            assert "MD-202 did not run, so bit 14 is not judged" in skipped.meta.invariants.checks[1].evidence
            assert skipped.meta.invariants.mask == 0

    def test_two_equal_violations_are_numbered(self):
        text = workflow("{contents: write}").replace("[{run: make}]", "[{run: BAD}, {run: make}]")
        report = analyzed({CI: text + "# BAD\n"}, rule("MD-202"))
        ids = [item.id for item in report.items if item.rule_id == "L0-1"]
        assert len(ids) == len(set(ids)) == 2


class TestTrouble:
    def test_workflows_that_cannot_be_read_in_time_give_no_verdict(self):
        def stopped(_seconds, _work):
            raise OutOfTimeError

        report = analyzed({CI: workflow("write-all")}, rule("MD-101", standing=Standing.OFF), within=stopped)
        assert report.decision.incomplete
        assert "L0-1" in report.decision.reason
        assert (report.meta.invariants.judged, report.meta.invariants.checks[1].result) == (1, "absent")

    def test_a_spent_budget_gives_no_verdict(self):
        ticks = iter(range(0, 10_000, 100))
        report = analyzed({CI: workflow("write-all")}, clock=lambda: next(ticks))
        assert report.decision.incomplete
        assert report.meta.invariants.judged == 1

    def test_a_crash_gives_no_verdict(self, monkeypatch):
        def crash(_tree, _policy):
            raise KeyError("secret")

        monkeypatch.setattr("phase_mirror.oracle.invariants.grants_of", crash)
        report = analyzed({})
        assert report.decision.incomplete
        assert report.meta.evaluation_errors[0][0] == "L0-1"
        assert "secret" not in repr(to_json(report))

    @pytest.mark.parametrize("error", [KeyError, OutOfTimeError])
    def test_a_base_that_cannot_be_read_is_said(self, monkeypatch, error):
        calls = []

        def once(tree, policy):
            calls.append(tree)
            if len(calls) > 1:
                raise error
            return grants_of(tree, policy)

        monkeypatch.setattr("phase_mirror.oracle.invariants.grants_of", once)
        report = analyzed({CI: workflow("write-all")}, base={CI: workflow("write-all")}, mode=Mode.PULL_REQUEST)
        assert [item.status for item in report.items] == [Status.NEW]
        assert "L0-1 could not be run on the base" in " ".join(reason.text for reason in report.decision.reasons)
