"""L0, the always-on invariants: five checks on one small state record, for every transition of an agent or service.

`invariants.py` is the whole of it. Where it was compiled the compiled form is loaded, unless `PHASE_MIRROR_PURE=1` asks
for the plain one; `form()` says which it is. Both give the same answers.
"""

from __future__ import annotations

import os
import sys


def _load_plain() -> None:
    """Load the source of the invariants although the compiled form lies beside it."""
    from importlib.util import module_from_spec, spec_from_file_location  # noqa: PLC0415 - only on this path

    name = f"{__name__}.invariants"
    spec = spec_from_file_location(name, os.path.join(os.path.dirname(__file__), "invariants.py"))
    if spec is None or spec.loader is None:  # pragma: no cover - the source is part of every installation
        raise ImportError(f"no source of {name}")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


if os.environ.get("PHASE_MIRROR_PURE", "") not in {"", "0"}:
    _load_plain()

from phase_mirror.l0 import invariants  # noqa: E402 - after the form was chosen
from phase_mirror.l0.invariants import (  # noqa: E402 - as above
    ALL,
    CHECKS,
    CONTRACTION_WITNESS,
    DEFAULT,
    DRIFT_MAGNITUDE,
    DRIFT_THRESHOLD,
    FIRST_WINDOW,
    GRANTABLE,
    NONCE_CHARACTERS,
    NONCE_FRESHNESS,
    NONCE_LIFETIME,
    PERMISSION_BITS,
    PERMISSIONS,
    RESERVED,
    SCHEMA_HASH,
    UNKNOWN_SCOPE,
    UNTRUSTED_CODE,
    WRITE_ALL,
    InvariantViolation,
    Policy,
    State,
    check,
    check_many,
    enforce,
    explain,
    valid_state,
)
from phase_mirror.l0.schema_hash import SCHEMA_SHA256, SCHEMA_VERSION  # noqa: E402 - as above

__all__ = [
    "ALL",
    "CHECKS",
    "CONTRACTION_WITNESS",
    "DEFAULT",
    "DRIFT_MAGNITUDE",
    "DRIFT_THRESHOLD",
    "FIRST_WINDOW",
    "GRANTABLE",
    "NONCE_CHARACTERS",
    "NONCE_FRESHNESS",
    "NONCE_LIFETIME",
    "PERMISSIONS",
    "PERMISSION_BITS",
    "RESERVED",
    "SCHEMA_HASH",
    "SCHEMA_SHA256",
    "SCHEMA_VERSION",
    "UNKNOWN_SCOPE",
    "UNTRUSTED_CODE",
    "WRITE_ALL",
    "InvariantViolation",
    "Policy",
    "State",
    "check",
    "check_many",
    "enforce",
    "explain",
    "form",
    "valid_state",
]


def form() -> str:
    """Return which form of the invariants is loaded: `compiled` or `plain`."""
    return "plain" if str(invariants.__file__).endswith(".py") else "compiled"
