"""Every rule, in order of id. Adding one touches three places: its file, its fixtures, and this tuple."""

from __future__ import annotations

from phase_mirror.rules import (
    md_101,
    md_102,
    md_103,
    md_104,
    md_105,
    md_106,
    md_107,
    md_108,
    md_109,
    md_201,
    md_202,
    md_203,
    md_204,
    md_205,
    md_302,
    md_307,
    md_401,
    md_402,
    md_403,
    md_404,
    md_407,
    md_408,
    md_409,
    md_502,
    md_508,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.rules.protocol import Rule

RULES: tuple[Rule, ...] = (
    md_101,
    md_102,
    md_103,
    md_104,
    md_105,
    md_106,
    md_107,
    md_108,
    md_109,
    md_201,
    md_202,
    md_203,
    md_204,
    md_205,
    md_302,
    md_307,
    md_401,
    md_402,
    md_403,
    md_404,
    md_407,
    md_408,
    md_409,
    md_502,
    md_508,
)
