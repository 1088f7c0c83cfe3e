"""Colours and links of a terminal, written by hand: a library for it would cost every run its start-up time.

Sources: ECMA-48 8.3.117 (SGR); https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda (OSC 8 links).
"""

from __future__ import annotations

from phase_mirror.model.levels import Outcome, Severity
from phase_mirror.render.words import is_web_address

BOLD = "1"
FAINT = "2"
FRAME = "1;34"
"""Gutters, arrows and line numbers."""
HELP = "1;32"
NOTE = "1;36"
SEVERITIES = {Severity.CRITICAL: "1;35", Severity.HIGH: "1;31", Severity.MEDIUM: "1;33", Severity.LOW: "1;36"}
OUTCOMES = {Outcome.PASS: "1;32", Outcome.WARN: "1;33", Outcome.BLOCK: "1;31"}


class Style:
    """Dresses text that is already escaped; without colour it changes nothing."""

    __slots__ = ("color",)

    def __init__(self, *, color: bool) -> None:
        self.color = color

    def paint(self, text: str, code: str) -> str:
        """Return text in a colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def link(self, text: str, url: str) -> str:
        """Return text as a link; an address that is not a plain one of the web is left out."""
        if not self.color or not is_web_address(url):
            return text
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"
