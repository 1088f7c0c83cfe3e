"""Both forms give the same answers on random and hostile states, and the fast path is the slow one."""

import math
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from l0_forms import NOW, compiled, plain


class Text(str):
    """A text that claims to equal everything and to be long."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __len__(self):
        return 1000


class Number(float):
    """A number that claims to be within every limit."""

    def __le__(self, other):
        return True

    __lt__ = __ge__ = __gt__ = __le__

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__


class Bits(int):
    """A set of bits that claims to be empty."""

    def __and__(self, other):
        return 0

    __rand__ = __and__


class Floating:
    def __float__(self):
        return 0.0

    def __index__(self):
        return 0


class Angry:
    """Refuses every question but that for its class, which the test's own tools ask."""

    def __getattribute__(self, name):
        if name != "__class__":
            raise RuntimeError(name)
        return Angry

    def __repr__(self):
        return "Angry()"


HOSTILE = st.sampled_from(
    [
        None,
        True,
        False,
        math.nan,
        math.inf,
        -math.inf,
        -0.0,
        5e-324,
        sys.float_info.max,
        10**400,
        -(10**400),
        2**63,
        2**64,
        -(2**63),
        2**62,
        2**61,
        "",
        "a" * 63,
        "a" * 64,
        "\ud800" * 64,
        "\0" * 64,
        "日" * 64,
        Text("x"),
        Number(0.1),
        Number(math.nan),
        Bits(1 << 12),
        Bits(0),
        Floating(),
        Angry(),
        b"a" * 64,
        bytearray(64),
        [],
        (),
        {},
        object,
        1j,
    ]
)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.integers() | st.sampled_from([NOW, NOW - 3600, 0.3, 1, 0])
TEXTS = st.text(max_size=70) | st.sampled_from([plain().SCHEMA_SHA256, plain().SCHEMA_VERSION, "ab" * 32])
ANYTHING = HOSTILE | NUMBERS | TEXTS | st.integers(0, 0xFFFF)
GOOD = {
    "schema_version": st.just(plain().SCHEMA_VERSION),
    "schema_hash": st.just(plain().SCHEMA_SHA256),
    "permission_bits": st.integers(0, 0xFFF),
    "drift_magnitude": st.floats(0, 0.3),
    "nonce": st.just("ab" * 32),
    "nonce_issued_at": st.floats(NOW - 3599, NOW),
    "previous_fpr": st.sampled_from([math.inf, 0.5, 1.0]),
    "current_fpr": st.floats(0, 0.5),
}
STATES = st.fixed_dictionaries({name: good | good | good | ANYTHING for name, good in GOOD.items()})
WORST = dict.fromkeys(GOOD)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "schema_version": ANYTHING,
        "schema_hash": ANYTHING,
        "ceiling": st.integers(0, 0xFFFFF) | HOSTILE,
        "drift_threshold": st.floats(0, 1) | HOSTILE,
        "nonce_lifetime": st.floats(0, 1e6) | HOSTILE,
    },
)
TIMES = st.just(NOW) | st.just(NOW) | st.just(int(NOW)) | ANYTHING


def answers(l0, fields, policy, now):
    """Return everything a form says of a state, errors included."""
    state = l0.State(**fields)
    try:
        held = l0.Policy(**policy)
    except ValueError as error:
        held, refused = l0.DEFAULT, str(error)
    else:
        refused = ""
    masks = (state.check(now), l0.check(state, now), held.check(state, now))
    many = (l0.check_many([state, state], now), held.check_many((state,), now))
    return refused, masks, many, held.explain(state, now), repr(state)


@pytest.fixture(scope="module")
def forms():
    """Return the compiled and the plain form; building the first takes some seconds."""
    return compiled(), plain()


@given(fields=STATES, policy=POLICIES, now=TIMES)
@example(fields=WORST, policy={}, now=NOW)
@example(fields=WORST, policy={}, now=None)
def test_both_forms_agree(forms, fields, policy, now):
    one, other = forms
    assert answers(one, fields, policy, now) == answers(other, fields, policy, now)


@given(STATES, TIMES)
@example(WORST, NOW)
def test_the_fast_path_is_the_slow_one(fields, now):
    l0 = plain()
    state = l0.State(**fields)
    at = l0._number(now)
    mask = l0._judge(l0.DEFAULT, state, at)
    assert mask == l0._violated(l0.DEFAULT, state, at)
    assert 0 <= mask <= l0.ALL
    assert len(l0.explain(state, now)) == mask.bit_count()


@given(STATES)
def test_a_hostile_value_never_passes_where_a_good_one_is_needed(fields):
    l0 = plain()
    mask = l0.State(**fields).check(NOW)
    for name, bit in (("permission_bits", 2), ("drift_magnitude", 4), ("nonce", 8), ("current_fpr", 16)):
        if type(fields[name]) not in {int, float, str}:
            assert mask & bit


def refused(act):
    with pytest.raises((TypeError, AttributeError)):
        act()


@pytest.mark.parametrize("stranger", [None, 5, object(), "state", ()])
def test_what_is_no_state_is_an_error_in_both_forms(forms, stranger):
    for l0 in forms:
        refused(lambda l0=l0: l0.check(stranger, NOW))
        refused(lambda l0=l0: l0.check_many([stranger], NOW))
        refused(lambda l0=l0: l0.explain(stranger, NOW))
