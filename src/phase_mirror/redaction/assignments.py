"""Values assigned to something that is called a secret: `password = ...`, `"api_key": "..."`, `--token ...`.

The anchor is the sign of assignment. Two letters before it tell nearly every other name from that of a secret; the
whole name and the value are looked at afterwards. A value is read once, so the time is linear.
"""

from __future__ import annotations

import functools
import re

from phase_mirror.redaction.values import is_credential

TYPE_CHECKING = False
if TYPE_CHECKING:
    Span = tuple[int, int, str]

NAME = "assignment"
LONGEST_NAME = 24
"""Characters before the sign that the name of a secret is looked for in."""
UNQUOTED = 3
"""The group of a value without quotes: a call or an index looks like one."""

_NAMES = (
    *("password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "credential", "credentials"),
    *("authorization", "apikey", "accesskey", "secretkey", "privatekey", "encryptionkey", "signingkey", "masterkey"),
    *("accountkey", "clientkey", "sharedkey", "authkey", "servicekey", "storagekey", "sessionkey"),
)
"""How names of secrets end, in small letters and without what joins words."""
_PUBLIC_NAMES = tuple(
    f"{word}token"
    for word in ("next", "skip", "page", "start", "continue", "continuation", "creation", "request", "client")
)
"""Names of what a service returns to go on with a list or to know a request again."""
_RESOURCES = (":secret", "/secret", ":token", "/token")
"""Parts of the identifier of a resource, such as an ARN."""
_SHORT_NAMES = ("pass", "auth", "pat")
"""Names that end other words too (`compass`, `path` is none): only as words of their own."""

_SCHEME = "(?:(?:[Bb]earer|[Bb]asic|[Tt]oken)[ \t]{1,9})?"
_PLAIN = r"[^\s\"'`<>&;,(){}\[\]]{8,}"
_VALUE = rf"[ \t]{{0,9}}\\?(?:\"{_SCHEME}([^\"\s]{{8,}})|'{_SCHEME}([^'\s]{{8,}})|{_SCHEME}({_PLAIN}))"
_BEGINNING = r"[ \t=>\\\"']{0,12}+[^\s\"'`<>&;,(){}\[\]$*][^\s\"'`<>&;,(){}\[\]]{4}"
"""The least that a value begins with, tried first: most signs stand at the end of a line or before a short word."""

_ENDINGS = "(?:[wW][oO][rR][dD]|[sS][sS][wW][dD]|[cC][rR][eE][tT]|[oO][kK][eE][nN]|[pP][aA][sS][sS]|[aA][uU][tT][hH]"
_ENDINGS += "|[tT][iI][aA][lL]|[iI][aA][lL][sS]|[rR][aA][sS][eE]|[cC][oO][dD][eE]|[tT][iI][oO][nN]"
_ENDINGS += "|[^a-zA-Z][pP][aA][tT]|[a-z]Pat|[sStTeErRgG_. tThHdDnN-][kK][eE][yY]|.[pP][wW][dD])"
"""The last letters of the names, or of a longer word: what passes is looked at in full."""
_GAP = r"[\"'\\ \]]"
"""What stands between name and sign: a quote, a space, the end of an index."""
_LAST = r"[dDtTnNsShHlLeEyY\"'\\ \]]"
"""What can stand directly before the sign: the last letter of a name, or of what stands between."""


@functools.cache
def _guard(sign: str) -> re.Pattern[str]:
    return re.compile(f"{sign}(?<={_LAST}{sign})(?={_BEGINNING})")


@functools.cache
def _expression(sign: str) -> re.Pattern[str]:
    """Return the expression of a sign, what stands before it and a value; 2 ms to compile, so only after the guard."""
    apart = "|".join(f"(?<={_ENDINGS}{_GAP * gap}{sign})" for gap in (1, 2, 3))
    names = f"(?:(?<={_ENDINGS}{sign})|(?<={_GAP}{sign})(?:{apart}))"
    return re.compile(f"{_guard(sign).pattern}{names}=?>?{_VALUE}")


@functools.cache
def _flags() -> re.Pattern[str]:
    names = "password|passwd|passphrase|token|secret|api-key|access-key|secret-key|account-key|private-key"
    user = r"u(?<=[ \t]-u)[ \t]{1,9}[\"']?[A-Za-z0-9_.@-]{1,64}:"
    return re.compile(rf"-(?:(?:{names})[ \t]|{user}){_VALUE}")


def assignments(text: str) -> list[Span]:
    """Return where values assigned to a secret's name stand: start, end and name of each.

    Args:
        text: any text.
    """
    found: list[Span] = []
    for sign in (":", "=", ">"):
        first = _guard(sign).search(text) if sign in text else None
        if first is not None:
            for match in _expression(sign).finditer(text, first.start()):
                if _names_secret(text[max(0, match.start() - LONGEST_NAME) : match.start()]):
                    found.extend(_value(text, match))
    if "-" in text:
        for match in _flags().finditer(text):
            found.extend(_value(text, match))
    return found


def _names_secret(before: str) -> bool:
    """Return whether what stands before the sign ends with the name of a secret."""
    name = before.rstrip("\"'\\ ]")
    words = name.lower().replace("_", "").replace("-", "").replace(".", "").replace(" ", "")
    if words.endswith(_NAMES):
        return not words.endswith(_PUBLIC_NAMES) and not words.endswith(_RESOURCES)
    if not words.endswith(_SHORT_NAMES):
        return False
    length = 3 if words.endswith("pat") else 4
    return not name[-length - 1 : -length].isalpha() or (name[-length].isupper() and name[-length - 1].islower())


def _value(text: str, match: re.Match[str]) -> list[Span]:
    number = match.lastindex or 1
    start, end = match.span(number)
    while end > start and text[end - 1] == "\\":
        end -= 1
    if number == UNQUOTED and text[end : end + 1] in {"(", "["}:
        return []
    return [(start, end, NAME)] if is_credential(text[start:end]) else []
