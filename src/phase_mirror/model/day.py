"""Days as text: `2027-03-01`. ISO days compare as texts, so nothing else is needed."""

from __future__ import annotations


def is_day(text: str) -> bool:
    """Say whether a text is a day of the calendar written `YYYY-MM-DD`."""
    year, month, day = text[:4], text[5:7], text[8:]
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not text.isascii():
        return False
    if not (year.isdigit() and month.isdigit() and day.isdigit()) or year == "0000":
        return False
    return 1 <= int(month) <= 12 and 1 <= int(day) <= _days(int(year), int(month))


def _days(year: int, month: int) -> int:
    """Return how many days a month has in the Gregorian calendar."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31
