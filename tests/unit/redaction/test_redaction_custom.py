import time

import pytest

from phase_mirror.errors import ConfigurationError
from phase_mirror.redaction.custom import MOST_STEPS, compiled
from phase_mirror.redaction.redactor import Redactor

LINEAR = [
    ("EMP-[0-9]{6}", "EMP-123456"),
    (r"\bEMP-\d{1,8}\b", "EMP-12"),
    ("(?i)acme-(?:key|token)-[a-z0-9]+", "ACME-Key-x9"),
    (r"[a-z]{1,20}-[0-9]{1,20}", "ab-12"),
    (r"[A-Z]{2}[0-9]{2}(?: [0-9]{4}){3,5}", "DE12 1234 1234 1234"),
    ("acme_[^ ]*", "acme_x"),
    ("(?x) a b  # a comment", "ab"),
    ("(a|b|cd)x", "cdx"),
    (r"[^a-z\s]{3}\W", "ABC."),
    (r"\D\S\w.", "a__."),
    ("a{2,4}?b?c", "aabc"),
    ("[\u0400-\u04ff]{3,9}", "\u0430\u0431\u0432"),
    ("key=[a-f]++", "key=abc"),
]

REFUSED = {
    "(a+)+b": "repeats more than one character without a limit",
    "[a-z]+-X": "a repeat without a limit is followed",
    "a*?b": "a repeat without a limit is followed",
    "[a-z]+$": "a repeat without a limit is followed",
    "(?:ab|a)*c": "repeats more than one character without a limit",
    "([a-z]{1,30}[a-z]{1,30})x": "more than 500 steps",
    "(?:a?){30}b": "more than 500 steps",
    "(?i:a)b": "it sets flags inside",
    "(?=secret)s": "look-arounds, back references and conditions",
    "(?<=x)s": "look-arounds, back references and conditions",
    r"(a)\1": "look-arounds, back references and conditions",
    "(a)?(?(1)b|c)": "look-arounds, back references and conditions",
    "a?": "it matches the empty text",
    "": "it matches the empty text",
    "x|": "it matches the empty text",
    "a{600}": "repeat",
}


@pytest.mark.parametrize(("regex", "text"), LINEAR)
def test_a_linear_pattern_masks_what_it_matches(regex, text):
    assert Redactor([("own", regex)]).redact(f"{text} ").value == "[redacted:own] "


@pytest.mark.parametrize("regex", REFUSED)
def test_a_pattern_that_could_backtrack_is_refused_by_name(regex):
    with pytest.raises(ConfigurationError, match="the redaction pattern 'staff-id' is refused") as error:
        Redactor([("staff-id", regex)])
    sentence = error.value.sentence()
    assert sentence.startswith("redaction.patterns: ")
    assert REFUSED[regex] in sentence
    assert "limit its repeats" in sentence


@pytest.mark.parametrize("regex", ["((", "a{99999999999}", "[b-a]"])
def test_what_is_no_regular_expression_is_refused_by_name(regex):
    with pytest.raises(ConfigurationError, match="the redaction pattern 'own' is no regular expression"):
        compiled("own", regex)


def test_the_costliest_accepted_pattern_is_linear():
    half = MOST_STEPS // 2 - 12
    pattern = compiled("own", f"[a-z]{{1,{half}}}-")
    times = []
    for size in (20_000, 80_000):
        start = time.perf_counter()
        assert pattern.search("a" * size) is None
        times.append(time.perf_counter() - start)
    assert times[1] < 16 * times[0]


def test_the_whole_match_is_masked_not_a_group():
    assert Redactor([("own", "id=([0-9]{3})")]).redact("id=123!").value == "[redacted:own]!"
