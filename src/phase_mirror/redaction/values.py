"""Whether a value looks like a secret: made by a machine or a careful person, and not a stand-in for one.

A name reads as words: `deploy-token-v2` changes between letters and digits once or twice. A random value changes at
almost every second character. Counting these changes tells them apart in one pass and without a dictionary.
"""

from __future__ import annotations

import binascii
import functools
import re

CHANGES = 0.2
"""Least share of changes between letters and digits, or from small to capital: random alphanumerics have 0.44 on
average and 20 of them stay below the limit in two cases of a hundred; names and paths have about 0.1."""
CHANGES_OF_CASE = 0.25
"""The same where digits are rare: camel-case names of many short words come to 0.23."""

JOSE_NAMES = (b'"alg"', b'"typ"', b'"kid"', b'"enc"', b'"cty"', b'"zip"', b'"jku"', b'"x5t"')
"""Header parameters, https://www.rfc-editor.org/rfc/rfc7515#section-4.1 ."""


@functools.cache
def _stand_in() -> re.Pattern[str]:
    return re.compile(
        r"(?i)example|place.?holder|change.?(?:me|it|this)|your[._-]|dummy|sample|redacted|insert|replace|todo"
        r"|xxxx|\*\*\*|\.\.\.|\u2026|foobar|not.?a.?real|fake|secrets?\.|\{\{|\$\{|\$\("
    )


@functools.cache
def _unpronounceable() -> re.Pattern[str]:
    """Return the expression of more consonants in a row than words have."""
    return re.compile("(?i)[bcdfghj-np-tvwxz]{6}")


@functools.cache
def _identifier() -> re.Pattern[str]:
    return re.compile(
        r"(?:sha\d{1,3}|md5|h1)[:-]\S+"
        r"|(?:[A-Za-z]{1,40}[:_-])?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
        r"|arn:\S+|[A-Za-z][A-Za-z0-9+.-]*://\S*|age1[0-9a-z]{20,}"
    )


COMMON_PASSWORDS = frozenset(
    (
        *("access_token", "admin", "airflow", "api_key", "apikey", "auth", "bar", "baz", "changeit", "cred", "creds"),
        *("credentials", "changeme", "docker", "grafana", "mariadb", "mongodb", "mypassword", "nopassword", "sonar"),
        *("dev", "foo", "guest", "hunter2", "key", "localhost", "minio", "minioadmin", "mongo", "mysql", "nil", "none"),
        *("null", "pass", "passwd", "password", "port", "postgres", "pw", "pwd", "rabbitmq", "redis", "root", "s3cr3t"),
        *("sa", "secret", "test", "tester", "testing", "token", "user", "username", "value", "x-oauth-basic", "xxx"),
    )
)
"""What stands for a password in examples and in services that live as long as one job."""


def is_varied(text: str) -> bool:
    """Return whether a text changes between kinds of characters as only random text does."""
    with_digits, with_case = _changes(text)
    needed = CHANGES if with_digits >= 2 else CHANGES_OF_CASE
    return with_digits + with_case >= needed * len(text) and not _is_repeated(text) and not _stand_in().search(text)


def is_token(text: str) -> bool:
    """Return whether what follows the prefix of a token is more than a stand-in; the prefix says the rest."""
    if is_varied(text):
        return True
    kinds = (str.isdigit, str.islower, str.isupper)
    return all(any(map(kind, text)) for kind in kinds) and len(set(text)) >= 12 and not _stand_in().search(text)


def is_credential(value: str) -> bool:
    """Return whether the value assigned to something called a secret is one, and no name, path, hash or expression."""
    if len(value) < 8 or value[0] in "$<{[(" or value[-1:] == "(" or _identifier().fullmatch(value):
        return False
    if not any(char.isdigit() for char in value) or not any(char.isalpha() for char in value):
        return _is_random_letters(value)
    if is_varied(value):
        return True
    mixed = _symbols(value) >= 2 or _unpronounceable().search(value) is not None
    return mixed and not _is_repeated(value) and _stand_in().search(value) is None


def is_real_key(password: str) -> bool:
    """Return whether the password of a URL is more than a variable or a stand-in for one."""
    plain = password.lower()
    if plain in COMMON_PASSWORDS or password[0] in "$<{[(%*" or password.endswith(("$", "}", ")", "]", "%")):
        return False
    return len(password) >= 3 and _stand_in().search(password) is None and len(set(plain)) > 2


def is_no_example(text: str) -> bool:
    """Return whether a token is none of those that vendors print in their manuals."""
    return "EXAMPLE" not in text and not _is_repeated(text)


def is_key_material(line: str) -> bool:
    """Return whether a line of base64 is as mixed as the middle of a key: no hash in hex, no path."""
    capitals = sum(1 for char in line[:76] if "A" <= char <= "Z")
    digits = sum(1 for char in line[:76] if "0" <= char <= "9")
    return capitals >= 10 and digits >= 3 and line.count("/") <= 8 and is_varied(line)


def names_private_key(text: str) -> bool:
    """Return whether base64 text begins with the header of a private key; its first two characters, LS, are cut."""
    return b"PRIVATE KEY" in _decoded("LS" + text[:94])


def is_json_web_token(text: str) -> bool:
    """Return whether a dotted text is a JSON web token with header and claims; its first three, eyJ, are cut."""
    first, dot, rest = text.partition(".")
    header = _decoded("eyJ" + first[:4093])
    return bool(dot and rest) and header.startswith(b"{") and any(name in header for name in JOSE_NAMES)


def _decoded(text: str) -> bytes:
    """Return decoded base64 in either alphabet, nothing of what is none; a cut end is left out."""
    whole = text.rstrip("=")
    whole = whole[: len(whole) - (len(whole) % 4 == 1)].replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(whole + "=" * (-len(whole) % 4), strict_mode=True)
    except ValueError:
        return b""


def _changes(text: str) -> tuple[int, int]:
    """Return how often letters and digits change places, and how often a capital follows a small letter."""
    with_digits = with_case = 0
    before = ""
    for char in text:
        kind = "0" if "0" <= char <= "9" else "a" if "a" <= char <= "z" else "A" if "A" <= char <= "Z" else ""
        if kind != before and kind and before:
            with_digits += "0" in kind + before
            with_case += kind + before == "Aa"
        before = kind
    return with_digits, with_case


def _is_repeated(text: str) -> bool:
    """Return whether few characters make up the whole text."""
    return len(set(text)) < min(6, len(text))


def _is_random_letters(value: str) -> bool:
    """Return whether letters alone change case as no camel-case name does."""
    return is_varied(value) and len(value) >= 16


def _symbols(value: str) -> int:
    return sum(1 for char in value if char in "!@#$%^&*?~")
