"""What `extends: minimal | standard | strict` means: thresholds, and standings other than those at birth."""

from __future__ import annotations

from phase_mirror.model.levels import Standing
from phase_mirror.model.record import Record
from phase_mirror.model.thresholds import Thresholds


class Preset(Record):
    """A named starting point.

    Attributes:
        name: the word after `extends`.
        doc: one sentence.
        thresholds: limits of every mode unless the file says otherwise.
        strict: every mode is strict unless the file says otherwise.
        standings: by rule id, where it differs from the standing at birth.
    """

    name: str
    doc: str
    thresholds: Thresholds
    strict: bool
    standings: dict[str, Standing]


PRESETS = {
    "minimal": Preset(
        "minimal",
        "Only untrusted code with authority, injected commands and weakened governance block; the rest warns.",
        Thresholds(medium=None),
        strict=False,
        standings=dict.fromkeys(("MD-101", "MD-103", "MD-104", "MD-105", "MD-108", "MD-502", "MD-508"), Standing.WARN),
    ),
    "standard": Preset(
        "standard",
        "Every rule as it was born: those that are right nine times in ten block, the rest warns.",
        Thresholds(),
        strict=False,
        standings={},
    ),
    "strict": Preset(
        "strict",
        "As standard, with strict limits, and the rules that hold a declared policy block as well.",
        Thresholds(),
        strict=True,
        standings=dict.fromkeys(("MD-102", "MD-201", "MD-204", "MD-403", "MD-407"), Standing.BLOCKING),
    ),
}
"""In order of strength, weakest first."""

DEFAULT_PRESET = "standard"
