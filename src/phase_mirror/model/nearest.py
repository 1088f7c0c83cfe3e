"""The nearest match of a mistyped word."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 60
"""Words beyond this many characters are no typing mistakes, and comparing them would be slow."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like a mistyped one, empty when none is close."""
    if len(word) > LONGEST:
        return ""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for it

    spelled = {name.casefold().replace("_", "-"): name for name in known}
    found = get_close_matches(word.casefold().replace("_", "-"), spelled, n=1, cutoff=0.6)
    return spelled[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return `did you mean 'x'?`; when no word is close `otherwise`, or else the known words."""
    names = list(known)
    near = nearest(word, names)
    return f"did you mean '{near}'?" if near else otherwise or f"known are: {', '.join(names)}"
