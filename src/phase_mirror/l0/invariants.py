"""The five invariants on one state record: what must hold on every transition, cheap enough to ask every time.

| bit | check | passes when |
|---|---|---|
| 0 | schema_hash | `schema_version` and `schema_hash` equal the policy's |
| 1 | permission_bits | no reserved bit (12 and above) and no bit outside the policy's ceiling is set |
| 2 | drift_magnitude | 0 <= drift <= threshold |
| 3 | nonce_freshness | the nonce has at least 64 characters and 0 <= now - issued_at < lifetime |
| 4 | contraction_witness | current <= previous: the rate of false positives did not rise; or no previous window |

Everything fails closed: a value that cannot be judged (NaN, missing, of another type, a rate outside 0 to 1) fails. The
constructor of `State` takes any object and keeps what can be judged: a text, a set of bits, a number; else an empty
text, a negative set or NaN, which fail. So the check compares typed fields, and the compiled and the plain form of this
file agree on every input. What a state holds cannot be changed: every transition has a state of its own.

mypyc compiles this file where a compiler is at hand (`hatch_build.py`); it runs as it stands where none is. It does no
input or output and reads no clock: the caller gives the time.
"""

from __future__ import annotations

from phase_mirror.errors import EXIT_BLOCK, PhaseMirrorError
from phase_mirror.l0.schema_hash import SCHEMA_SHA256, SCHEMA_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

SCHEMA_HASH: Final = 1
PERMISSION_BITS: Final = 2
DRIFT_MAGNITUDE: Final = 4
NONCE_FRESHNESS: Final = 8
CONTRACTION_WITNESS: Final = 16
ALL: Final = 31
"""The mask of every check."""

CHECKS: Final = ("schema_hash", "permission_bits", "drift_magnitude", "nonce_freshness", "contraction_witness")
"""Names of the checks, by bit."""

PERMISSIONS: Final = (
    "contents",
    "pull-requests",
    "issues",
    "packages",
    "deployments",
    "actions",
    "checks and statuses",
    "security-events",
    "id-token",
    "pages",
    "discussions",
    "attestations and artifact metadata",
)
"""What bits 0 to 11 of `permission_bits` stand for: write is granted."""

RESERVED: Final = ("write-all", "write on an unknown scope", "code of an untrusted author", "the reserved bit 15")
"""What bits 12 to 15 stand for: authority that cannot be bounded. Bit 15 is always zero, and so is all above it."""

GRANTABLE: Final = 0xFFF
"""Bits 0 to 11: the widest ceiling."""
WRITE_ALL: Final = 0x1000
"""Bit 12: `write-all` is granted."""
UNKNOWN_SCOPE: Final = 0x2000
"""Bit 13: write is granted on a scope that this version does not know."""
UNTRUSTED_CODE: Final = 0x4000
"""Bit 14: code of an untrusted author runs with a token that can write."""

FIRST_WINDOW: Final = float("inf")
"""As `previous_fpr`: there is no earlier window."""
_NO_NUMBER: Final = float("nan")
NONCE_CHARACTERS: Final = 64
"""Hex digits of the 32 bytes of a nonce: fewer are too short."""
DRIFT_THRESHOLD: Final = 0.3
"""The largest drift that passes unless a policy says otherwise, a fraction."""
NONCE_LIFETIME: Final = 3600.0
"""Seconds that a loaded nonce is fresh unless a policy says otherwise."""


class State:
    """What is checked on one transition.

    Any object may be given; one that cannot be judged fails its check.

    Args:
        schema_version: of the report about to be written, such as `2.0.0`.
        schema_hash: SHA-256 of its canonical schema, 64 hex digits.
        permission_bits: write grants (`PERMISSIONS`) and authority without bounds (`RESERVED`).
        drift_magnitude: distance from the approved baseline, a fraction.
        nonce: the active redaction nonce, at least 64 characters.
        nonce_issued_at: when the copy at hand was loaded or refreshed, Unix seconds UTC.
        previous_fpr: rate of false positives of the window before, a fraction; `FIRST_WINDOW` without one.
        current_fpr: rate of the current window, a fraction.
    """

    __slots__ = (
        "_bits",
        "_current",
        "_drift",
        "_hash",
        "_issued_at",
        "_long",
        "_nonce",
        "_ours",
        "_previous",
        "_version",
    )

    def __init__(
        self,
        schema_version: object,
        schema_hash: object,
        permission_bits: object,
        drift_magnitude: object,
        nonce: object,
        nonce_issued_at: object,
        previous_fpr: object,
        current_fpr: object,
    ) -> None:
        self._version: str = _text(schema_version)
        self._hash: str = _text(schema_hash)
        self._ours: bool = _is_ours(self._version, self._hash)
        self._bits: int = _set_of_bits(permission_bits)
        self._drift: float = _number(drift_magnitude)
        self._nonce: str = _text(nonce)
        self._long: bool = len(self._nonce) >= NONCE_CHARACTERS
        self._issued_at: float = _number(nonce_issued_at)
        self._previous: float = _number(previous_fpr)
        self._current: float = _number(current_fpr)

    @property
    def schema_version(self) -> str:
        """Return the version; empty when none was given."""
        return self._version

    @property
    def schema_hash(self) -> str:
        """Return the hash; empty when none was given."""
        return self._hash

    @property
    def permission_bits(self) -> int:
        """Return the set of bits; -1 when none was given."""
        return self._bits

    @property
    def drift_magnitude(self) -> float:
        """Return the drift; NaN when no number was given."""
        return self._drift

    @property
    def nonce(self) -> str:
        """Return the nonce; empty when none was given."""
        return self._nonce

    @property
    def nonce_issued_at(self) -> float:
        """Return when it was loaded, Unix seconds UTC; NaN when no number was given."""
        return self._issued_at

    @property
    def previous_fpr(self) -> float:
        """Return the rate of the window before; NaN when no number was given."""
        return self._previous

    @property
    def current_fpr(self) -> float:
        """Return the rate of the current window; NaN when no number was given."""
        return self._current

    def check(self, now: object) -> int:
        """Return the mask of violated checks under the default policy, 0 when all pass.

        Args:
            now: Unix seconds UTC.
        """
        return _judge(DEFAULT, self, now if type(now) is float else _number(now))

    def __repr__(self) -> str:
        """Return the state without its nonce, which is a secret."""
        return (
            f"State({self._version!r}, {self._hash!r}, {self._bits:#x}, {self._drift!r}, "
            f"<nonce of {len(self._nonce)} characters>, {self._issued_at!r}, {self._previous!r}, {self._current!r})"
        )


class Policy:
    """What a state is held against.

    Args:
        schema_version: the expected version of the report schema; this installation's.
        schema_hash: the expected SHA-256 of it, 64 hex digits; this installation's.
        ceiling: the permission bits that may be set; all that can be granted. Reserved bits never may, even when named.
        drift_threshold: the largest drift that passes, a fraction; 0.3.
        nonce_lifetime: seconds after which a nonce is too old, exactly that age included; 3600.

    Raises:
        ValueError: a value of another kind, or out of range.
    """

    __slots__ = ("_ceiling", "_forbidden", "_hash", "_lifetime", "_ours", "_threshold", "_version")

    def __init__(
        self,
        *,
        schema_version: object = SCHEMA_VERSION,
        schema_hash: object = SCHEMA_SHA256,
        ceiling: object = GRANTABLE,
        drift_threshold: object = DRIFT_THRESHOLD,
        nonce_lifetime: object = NONCE_LIFETIME,
    ) -> None:
        bits = _set_of_bits(ceiling)
        self._version: str = _text(schema_version)
        self._hash: str = _text(schema_hash)
        self._ours: bool = _is_ours(self._version, self._hash)
        self._ceiling: int = bits & GRANTABLE
        self._forbidden: int = ~(bits & GRANTABLE)
        self._threshold: float = _number(drift_threshold)
        self._lifetime: float = _number(nonce_lifetime)
        if not self._version or not self._hash:
            raise ValueError("schema_version and schema_hash: a text is expected, and not an empty one")
        if bits < 0:
            raise ValueError("ceiling: a set of bits is expected, a whole number of 0 or more")
        if not 0.0 <= self._threshold <= 1.0:
            raise ValueError("drift_threshold: a fraction of 0 to 1 is expected")
        if not 0.0 <= self._lifetime < float("inf"):
            raise ValueError("nonce_lifetime: a number of seconds is expected, 0 or more")

    @property
    def schema_version(self) -> str:
        """Return the expected version."""
        return self._version

    @property
    def schema_hash(self) -> str:
        """Return the expected hash."""
        return self._hash

    @property
    def ceiling(self) -> int:
        """Return the permission bits that may be set."""
        return self._ceiling

    @property
    def drift_threshold(self) -> float:
        """Return the largest drift that passes."""
        return self._threshold

    @property
    def nonce_lifetime(self) -> float:
        """Return the age at which a nonce is too old, seconds."""
        return self._lifetime

    def check(self, state: State, now: object) -> int:
        """Return the mask of violated checks, 0 when all pass.

        Args:
            state: the record.
            now: Unix seconds UTC.
        """
        return _judge(self, state, now if type(now) is float else _number(now))

    def check_many(self, states: Iterable[State], now: object) -> list[int]:
        """Return the mask of each state, in order; fastest on a list."""
        at = _number(now)
        if type(states) is list:
            several: list[State] = states  # known to be a list, so that the compiled loop needs no iterator
            return [_judge(self, state, at) for state in several]
        return [_judge(self, state, at) for state in states]

    def explain(self, state: State, now: object) -> list[str]:
        """Return a sentence for each violated check, in order of the bits: which value, which limit."""
        at = _number(now)
        mask = _violated(self, state, at)
        found: list[str] = []
        if mask & SCHEMA_HASH:
            found.append("schema_hash: " + _of_schema(self, state))
        if mask & PERMISSION_BITS:
            found.append("permission_bits: " + _of_permissions(self, state))
        if mask & DRIFT_MAGNITUDE:
            found.append(f"drift_magnitude: {_shown(state._drift)} is not within 0 to {self._threshold:g}.")
        if mask & NONCE_FRESHNESS:
            found.append("nonce_freshness: " + _of_nonce(self, state, at))
        if mask & CONTRACTION_WITNESS:
            found.append("contraction_witness: " + _of_witness(state))
        return found

    def enforce(self, state: State, now: object) -> None:
        """Return when every check passes.

        Raises:
            InvariantViolation: one or more do not.
        """
        mask = self.check(state, now)
        if mask:
            raise InvariantViolation(state, mask, self.explain(state, now))


class InvariantViolation(PhaseMirrorError):  # noqa: N818 - the name is promised
    """A transition that must not happen.

    Args:
        state: what was checked.
        mask: the violated checks.
        violations: a sentence for each.
    """

    exit_code = EXIT_BLOCK

    def __init__(self, state: State, mask: int, violations: list[str]) -> None:
        super().__init__(" ".join(violations), where="l0", then="do not go on: the transition must not happen")
        self.state = state
        self.mask = mask
        self.violations = violations

    def sentences(self) -> list[str]:
        """Return one sentence for each violated check."""
        return self.violations


# -- what can be judged --------------------------------------------------------------------------------------------


def _text(value: object) -> str:
    """Return a text; an empty one for anything else, subclasses included: those may compare as they like."""
    return value if type(value) is str else ""


def _is_ours(version: str, digest: str) -> bool:
    """Say whether version and hash are those of this installation, as nearly always: then they are compared no more."""
    return version == SCHEMA_VERSION and digest == SCHEMA_SHA256


def _set_of_bits(value: object) -> int:
    """Return a set of bits; -1, which has every bit, for anything else."""
    if type(value) is int and value >= 0:
        return value
    return -1


def _number(value: object) -> float:
    """Return a number as a float; NaN, which compares with nothing, for anything else or what is too large for one."""
    if type(value) is float:
        return value
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            return _NO_NUMBER
    return _NO_NUMBER


# -- the checks ----------------------------------------------------------------------------------------------------


def _judge(policy: Policy, state: State, now: float) -> int:
    """Return the mask of violated checks; one comparison of numbers after the other while all pass, as nearly always.

    Texts are left to the second look: to touch them costs more than all the rest (docs/decisions/0005).
    """
    if (
        state._ours
        and policy._ours
        and state._bits & policy._forbidden == 0
        and 0.0 <= state._drift <= policy._threshold
        and 0.0 <= now - state._issued_at < policy._lifetime
        and state._long
        and 0.0 <= state._current <= 1.0
        and (state._current <= state._previous <= 1.0 or state._previous == FIRST_WINDOW)
    ):
        return 0
    return _violated(policy, state, now)


def _violated(policy: Policy, state: State, now: float) -> int:
    """Return the mask of violated checks, each asked by itself; the tests hold it equal to `_judge`."""
    mask = 0
    if state._hash != policy._hash or state._version != policy._version:
        mask |= SCHEMA_HASH
    if state._bits & policy._forbidden != 0:
        mask |= PERMISSION_BITS
    if not 0.0 <= state._drift <= policy._threshold:
        mask |= DRIFT_MAGNITUDE
    if not 0.0 <= now - state._issued_at < policy._lifetime or not state._long:
        mask |= NONCE_FRESHNESS
    rose = not state._current <= state._previous <= 1.0 and state._previous != FIRST_WINDOW
    if not 0.0 <= state._current <= 1.0 or rose:
        mask |= CONTRACTION_WITNESS
    return mask


# -- sentences -----------------------------------------------------------------------------------------------------


def _of_schema(policy: Policy, state: State) -> str:
    if not state._version or not state._hash:
        return "the version or the hash of the schema is missing, or no text."
    if state._version != policy._version:
        return f"the schema is of version {state._version[:20]!a}, and {policy._version[:20]!a} is expected."
    return f"the schema hashes to {state._hash[:12]!a}..., and {policy._hash[:12]!a}... is expected."


def _of_permissions(policy: Policy, state: State) -> str:
    if state._bits < 0:
        return "what was given is no set of bits."
    wrong = state._bits & policy._forbidden
    names = [name for bit, name in enumerate(PERMISSIONS + RESERVED) if wrong >> bit & 1]
    if wrong >> len(PERMISSIONS + RESERVED):
        names.append("bits that stand for nothing")
    return f"{', '.join(names)} may not be granted; the ceiling is {policy._ceiling:#05x}."


def _of_nonce(policy: Policy, state: State, now: float) -> str:
    if not state._nonce:
        return "the nonce is missing, or no text."
    if not state._long:
        return f"the nonce is too short: {len(state._nonce)} characters, and {NONCE_CHARACTERS} are needed."
    age = now - state._issued_at
    if not _is_number(age):
        return "the time it was issued, or the time now, is no number."
    if age < 0.0:
        return f"the nonce is from the future: issued {-age:g} s from now."
    return f"the nonce expired: issued {age:g} s ago, and its lifetime is {policy._lifetime:g} s."


def _of_witness(state: State) -> str:
    if not 0.0 <= state._current <= 1.0:
        return f"the current rate, {_shown(state._current)}, is no fraction of 0 to 1."
    if not 0.0 <= state._previous <= 1.0:
        return f"the previous rate, {_shown(state._previous)}, is no fraction of 0 to 1."
    return f"the rate of false positives rose from {state._previous:g} to {state._current:g}."


def _is_number(value: float) -> bool:
    return value == value  # noqa: PLR0124 - only NaN does not; `math` costs more to import than all of this file


def _shown(value: float) -> str:
    return f"{value:g}" if _is_number(value) else "what was given"


# -- under the default policy --------------------------------------------------------------------------------------

DEFAULT: Final = Policy()


def check(state: State, now: object) -> int:
    """Return the mask of violated checks under the default policy, 0 when all pass.

    Args:
        state: the record.
        now: Unix seconds UTC.
    """
    return _judge(DEFAULT, state, now if type(now) is float else _number(now))


def check_many(states: Iterable[State], now: object) -> list[int]:
    """Return the mask of each state under the default policy, in order; fastest on a list."""
    return DEFAULT.check_many(states, now)


def explain(state: State, now: object) -> list[str]:
    """Return a sentence for each check that is violated under the default policy; built only when asked for."""
    return DEFAULT.explain(state, now)


def enforce(state: State, now: object) -> None:
    """Return when every check passes under the default policy.

    Raises:
        InvariantViolation: one or more do not.
    """
    DEFAULT.enforce(state, now)


def valid_state(now: float, **changes: object) -> State:
    """Return a state that passes at `now`, but for the changes.

    Args:
        now: Unix seconds UTC.
        changes: fields of `State` by name.

    Raises:
        TypeError: there is no such field.
    """
    fields: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "schema_hash": SCHEMA_SHA256,
        "permission_bits": 0,
        "drift_magnitude": 0.0,
        "nonce": "0" * NONCE_CHARACTERS,
        "nonce_issued_at": now,
        "previous_fpr": FIRST_WINDOW,
        "current_fpr": 0.0,
    }
    for name in changes:
        if name not in fields:
            raise TypeError(f"State has no field {name!r}")
    fields.update(changes)
    return State(**fields)
