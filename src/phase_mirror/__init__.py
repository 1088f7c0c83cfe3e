"""Phase Mirror finds where a repository contradicts itself: what it declares against what it does.

Promised to importers: `analyze`, `Report`, `Finding` and `l0`, the invariants. They are loaded when first asked for, so
that the command line pays for what it uses alone.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror import l0
    from phase_mirror.api import analyze
    from phase_mirror.model.finding import Finding
    from phase_mirror.model.report import Report

__all__ = ["Finding", "Report", "analyze", "l0"]

_HOMES = {
    "Finding": "phase_mirror.model.finding",
    "Report": "phase_mirror.model.report",
    "analyze": "phase_mirror.api",
}


def __getattr__(name: str) -> object:
    """Load a promised name from its home.

    Raises:
        AttributeError: the name is not promised.
    """
    from importlib import import_module  # noqa: PLC0415 - only for importers

    if name == "l0":
        return import_module("phase_mirror.l0")
    if name not in _HOMES:
        raise AttributeError(f"module 'phase_mirror' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
