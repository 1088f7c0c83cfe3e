"""Every rule, in order of id. Adding one touches three places: its file, its fixtures, and this tuple."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.rules.protocol import Rule

RULES: tuple[Rule, ...] = ()
