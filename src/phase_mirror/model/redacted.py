"""A text that went through the redactor."""

from __future__ import annotations

from phase_mirror.model.record import Record


class RedactedText(Record):
    """What may leave the process.

    Attributes:
        value: the text with every hit replaced by `[redacted:<name>]`.
        hits: how many replacements were made.
    """

    value: str
    hits: int = 0
