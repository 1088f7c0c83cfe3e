"""The five invariants, each alone and all together, at their limits and on values that cannot be judged.

The source is tested as it stands, so that its coverage is measured; `test_l0_properties.py` holds the compiled form
equal.
"""

import math

import pytest

from l0_forms import NOW, passing, plain

l0 = plain()

TOO_LARGE = 10**400
NO_NUMBERS = [math.nan, -math.nan, None, "0.1", True, 1j, [], TOO_LARGE, type("F", (float,), {})(0.0)]


def check(**changes):
    return l0.check(passing(l0, **changes), NOW)


def sentence(**changes):
    (only,) = l0.explain(passing(l0, **changes), NOW)
    return only


def test_a_valid_state_passes_in_every_form_of_call():
    state = l0.valid_state(NOW)
    assert l0.check(state, NOW) == state.check(NOW) == l0.Policy().check(state, NOW) == 0
    assert l0.check_many([state], NOW) == [0]
    assert l0.explain(state, NOW) == []
    l0.enforce(state, NOW)


class TestSchema:
    @pytest.mark.parametrize("version", ["", "2.0.1", "2.0.0 ", None, 2, b"2.0.0", type("S", (str,), {})("2.0.0")])
    def test_another_version_fails(self, version):
        assert check(schema_version=version) == l0.SCHEMA_HASH

    @pytest.mark.parametrize("digest", ["", "a" * 64, l0.SCHEMA_SHA256[:12], l0.SCHEMA_SHA256.upper(), None])
    def test_another_hash_fails_and_so_does_the_start_of_the_right_one(self, digest):
        assert check(schema_hash=digest) == l0.SCHEMA_HASH

    def test_an_equal_text_that_is_another_object_passes(self):
        digest = l0.SCHEMA_SHA256
        assert check(schema_hash=digest[:5] + digest[5:], schema_version=digest[:0] + l0.SCHEMA_VERSION) == 0

    def test_a_text_that_compares_as_it_likes_fails(self):
        class Equal(str):
            __slots__ = ()

            def __eq__(self, other):
                return True

            def __hash__(self):
                return 0

        assert check(schema_hash=Equal("x"), schema_version=Equal("x")) == l0.SCHEMA_HASH

    def test_the_sentence_names_both_values(self):
        assert sentence(schema_version="1.9") == (
            "schema_hash: the schema is of version '1.9', and '2.0.0' is expected."
        )
        expected = l0.SCHEMA_SHA256[:12]
        assert sentence(schema_hash="ab" * 32) == (
            f"schema_hash: the schema hashes to 'abababababab'..., and '{expected}'... is expected."
        )
        assert sentence(schema_hash=5) == "schema_hash: the version or the hash of the schema is missing, or no text."


class TestPermissions:
    @pytest.mark.parametrize("bit", range(12))
    def test_every_bit_that_can_be_granted_passes_without_a_ceiling_and_fails_beyond_one(self, bit):
        assert check(permission_bits=1 << bit) == 0
        assert l0.Policy(ceiling=0xFFF & ~(1 << bit)).check(passing(l0, permission_bits=1 << bit), NOW) == 2
        assert l0.PERMISSIONS[bit] in l0.Policy(ceiling=0).explain(passing(l0, permission_bits=1 << bit), NOW)[0]

    @pytest.mark.parametrize("bit", [12, 13, 14, 15, 16, 31, 32, 62, 63, 64, 200])
    def test_reserved_bits_fail_even_when_the_ceiling_names_them(self, bit):
        assert check(permission_bits=1 << bit) == l0.PERMISSION_BITS
        assert l0.Policy(ceiling=(1 << bit) | 0xFFF).check(passing(l0, permission_bits=1 << bit), NOW) == 2

    @pytest.mark.parametrize("bits", [-1, -5, None, "5", 5.0, True, math.nan, type("I", (int,), {})(5)])
    def test_what_is_no_set_of_bits_fails(self, bits):
        assert check(permission_bits=bits) == l0.PERMISSION_BITS
        assert sentence(permission_bits=bits) == "permission_bits: what was given is no set of bits."

    def test_the_sentence_names_the_permissions_and_the_ceiling(self):
        state = passing(l0, permission_bits=0x7003 | 1 << 20)
        (told,) = l0.Policy(ceiling=1).explain(state, NOW)
        assert told == (
            "permission_bits: pull-requests, write-all, write on an unknown scope, code of an untrusted author, "
            "bits that stand for nothing may not be granted; the ceiling is 0x001."
        )

    def test_the_names_have_their_bits(self):
        assert len(l0.PERMISSIONS + l0.RESERVED) == 16
        assert [l0.WRITE_ALL, l0.UNKNOWN_SCOPE, l0.UNTRUSTED_CODE] == [1 << 12, 1 << 13, 1 << 14]
        assert (1 << len(l0.PERMISSIONS)) - 1 == l0.GRANTABLE


class TestDrift:
    @pytest.mark.parametrize("drift", [0.0, -0.0, 0, 0.3, 0.1])
    def test_within_the_threshold_passes(self, drift):
        assert check(drift_magnitude=drift) == 0

    @pytest.mark.parametrize("drift", [math.nextafter(0.3, 1), 1, math.inf, -math.inf, -1e-300, -1, *NO_NUMBERS])
    def test_beyond_it_fails(self, drift):
        assert check(drift_magnitude=drift) == l0.DRIFT_MAGNITUDE

    def test_the_sentence_names_value_and_limit(self):
        assert sentence(drift_magnitude=0.5) == "drift_magnitude: 0.5 is not within 0 to 0.3."
        assert sentence(drift_magnitude=None) == "drift_magnitude: what was given is not within 0 to 0.3."


class TestNonce:
    @pytest.mark.parametrize("age", [0, 0.0, 1e-3, 3599.999])
    def test_a_fresh_nonce_passes(self, age):
        assert check(nonce_issued_at=NOW - age) == 0

    @pytest.mark.parametrize("age", [3600, 3600.001, 1e9, math.inf, -0.001, -3600, -math.inf])
    def test_the_exact_boundary_and_the_future_fail(self, age):
        assert check(nonce_issued_at=NOW - age) == l0.NONCE_FRESHNESS

    @pytest.mark.parametrize("issued", NO_NUMBERS)
    def test_a_time_that_is_no_number_fails(self, issued):
        assert check(nonce_issued_at=issued) == l0.NONCE_FRESHNESS

    @pytest.mark.parametrize("now", [*NO_NUMBERS, math.inf, -math.inf])
    def test_a_now_that_is_no_number_fails(self, now):
        state = passing(l0)
        assert state.check(now) == l0.check(state, now) == l0.DEFAULT.check(state, now) == l0.NONCE_FRESHNESS
        assert l0.check_many([state], now) == [l0.NONCE_FRESHNESS]

    def test_a_whole_number_is_a_time(self):
        assert passing(l0).check(int(NOW)) == 0

    def test_infinite_times_have_no_age(self):
        assert passing(l0, nonce_issued_at=math.inf).check(math.inf) == l0.NONCE_FRESHNESS

    @pytest.mark.parametrize("nonce", ["", "a" * 63, None, b"a" * 64, 64, ["a"] * 64, type("S", (str,), {})("a" * 64)])
    def test_a_short_or_missing_nonce_fails(self, nonce):
        assert check(nonce=nonce) == l0.NONCE_FRESHNESS

    def test_a_longer_nonce_passes(self):
        assert check(nonce="a" * 1000) == 0

    def test_the_sentence_tells_missing_short_future_and_expired_apart(self):
        assert sentence(nonce="") == "nonce_freshness: the nonce is missing, or no text."
        assert sentence(nonce="abc") == "nonce_freshness: the nonce is too short: 3 characters, and 64 are needed."
        assert (
            sentence(nonce_issued_at=NOW + 7) == "nonce_freshness: the nonce is from the future: issued 7 s from now."
        )
        assert sentence(nonce_issued_at=NOW - 3600) == (
            "nonce_freshness: the nonce expired: issued 3600 s ago, and its lifetime is 3600 s."
        )
        assert sentence(nonce_issued_at="x") == (
            "nonce_freshness: the time it was issued, or the time now, is no number."
        )


class TestWitness:
    @pytest.mark.parametrize(("previous", "current"), [(0.1, 0.1), (0.1, 0.0), (1, 1), (1.0, 0.5), (0, 0)])
    def test_a_rate_that_did_not_rise_passes(self, previous, current):
        assert check(previous_fpr=previous, current_fpr=current) == 0

    @pytest.mark.parametrize("current", [0.0, 0.5, 1.0])
    def test_the_first_window_passes(self, current):
        assert check(previous_fpr=l0.FIRST_WINDOW, current_fpr=current) == 0

    @pytest.mark.parametrize(
        ("previous", "current"),
        [
            (0.1, math.nextafter(0.1, 1)),
            (0.0, 1.0),
            (-0.1, -0.2),
            (1.5, 1.2),
            (1.5, 0.5),
            (l0.FIRST_WINDOW, 1.1),
            (l0.FIRST_WINDOW, -0.1),
            (l0.FIRST_WINDOW, math.inf),
            (-math.inf, 0.0),
            *[(value, 0.0) for value in NO_NUMBERS],
            *[(0.5, value) for value in NO_NUMBERS],
            *[(l0.FIRST_WINDOW, value) for value in NO_NUMBERS],
        ],
    )
    def test_a_rate_that_rose_or_is_no_rate_fails(self, previous, current):
        assert check(previous_fpr=previous, current_fpr=current) == l0.CONTRACTION_WITNESS

    def test_the_sentence_names_the_rates(self):
        assert sentence(previous_fpr=0.1, current_fpr=0.2) == (
            "contraction_witness: the rate of false positives rose from 0.1 to 0.2."
        )
        assert sentence(current_fpr=7) == "contraction_witness: the current rate, 7, is no fraction of 0 to 1."
        assert sentence(previous_fpr=None) == (
            "contraction_witness: the previous rate, what was given, is no fraction of 0 to 1."
        )


class TestTogether:
    def test_all_violations_are_reported(self):
        state = l0.State(None, None, None, None, None, None, None, None)
        assert state.check(NOW) == l0.ALL == 31
        assert [text.partition(":")[0] for text in l0.explain(state, NOW)] == list(l0.CHECKS)

    @pytest.mark.parametrize("mask", range(32))
    def test_every_combination_is_told_exactly(self, mask):
        wrong = {
            "schema_hash": "x",
            "permission_bits": 1 << 12,
            "drift_magnitude": 0.9,
            "nonce": "short",
            "current_fpr": 0.9,
        }
        changes = {name: value for bit, (name, value) in enumerate(wrong.items()) if mask >> bit & 1}
        assert check(**changes) == mask
        assert len(l0.explain(passing(l0, **changes), NOW)) == mask.bit_count()

    def test_a_violation_carries_state_mask_and_sentences(self):
        state = passing(l0, drift_magnitude=1, nonce="")
        with pytest.raises(l0.InvariantViolation) as caught:
            l0.enforce(state, NOW)
        assert (caught.value.state, caught.value.mask) == (state, l0.DRIFT_MAGNITUDE | l0.NONCE_FRESHNESS)
        assert caught.value.sentences() == caught.value.violations == l0.explain(state, NOW)
        assert "drift_magnitude: 1 is not within" in str(caught.value)

    def test_many_states_keep_their_order(self):
        states = [passing(l0), passing(l0, nonce=""), passing(l0, drift_magnitude=2)]
        assert l0.check_many(states, NOW) == [0, 8, 4]
        assert l0.check_many(iter(states), NOW) == l0.check_many(tuple(states), NOW) == [0, 8, 4]
        assert l0.check_many([], NOW) == []


class TestRecords:
    def test_a_state_cannot_be_changed(self):
        state = passing(l0)
        for name in ("schema_version", "permission_bits", "drift_magnitude", "nonce", "current_fpr"):
            with pytest.raises(AttributeError):
                setattr(state, name, 0)

    def test_a_state_shows_what_it_holds_but_not_its_nonce(self):
        state = passing(l0, nonce="secret" * 11, previous_fpr=0.5)
        shown = repr(state)
        assert "secret" not in shown
        assert "<nonce of 66 characters>" in shown
        assert (state.schema_version, state.schema_hash) == ("2.0.0", l0.SCHEMA_SHA256)
        assert (state.permission_bits, state.drift_magnitude, state.nonce) == (5, 0.1, "secret" * 11)
        assert (state.nonce_issued_at, state.previous_fpr, state.current_fpr) == (NOW, 0.5, 0.04)

    def test_a_field_that_does_not_exist_is_refused(self):
        with pytest.raises(TypeError, match="State has no field 'drift'"):
            l0.valid_state(NOW, drift=0)

    def test_a_policy_has_defaults_and_shows_them(self):
        policy = l0.Policy()
        assert (policy.schema_version, policy.schema_hash) == (l0.SCHEMA_VERSION, l0.SCHEMA_SHA256)
        assert (policy.ceiling, policy.drift_threshold, policy.nonce_lifetime) == (0xFFF, 0.3, 3600.0)

    def test_a_policy_of_ones_own_decides(self):
        policy = l0.Policy(schema_version="9", schema_hash="h", ceiling=1, drift_threshold=1, nonce_lifetime=5)
        state = passing(l0, schema_version="9", schema_hash="h", permission_bits=1, drift_magnitude=1.0)
        assert policy.check(state, NOW + 4.9) == 0
        assert policy.check(state, NOW + 5) == 8
        assert state.check(NOW) == l0.SCHEMA_HASH | l0.DRIFT_MAGNITUDE

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"schema_version": ""}, "schema_version"),
            ({"schema_hash": None}, "schema_hash"),
            ({"ceiling": -1}, "ceiling"),
            ({"ceiling": True}, "ceiling"),
            ({"ceiling": 1.0}, "ceiling"),
            *[({"drift_threshold": value}, "drift_threshold") for value in (-0.1, 1.1, math.inf, *NO_NUMBERS)],
            *[({"nonce_lifetime": value}, "nonce_lifetime") for value in (-1, math.inf, *NO_NUMBERS)],
        ],
    )
    def test_a_policy_that_checks_nothing_is_refused(self, wrong, says):
        with pytest.raises(ValueError, match=says):
            l0.Policy(**wrong)
