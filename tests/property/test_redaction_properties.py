import re
import sys

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from phase_mirror.redaction.redactor import Redactor
from secret_samples import in_places, key_block, tokens

REDACTOR = Redactor()
OWN = Redactor([("staff", r"\bEMP-[0-9]{1,6}"), ("word", "[a-z]{9}")], addresses=True)
KINDS = sorted(tokens())
NEEDS_WORD_START = {
    *("api-key 1", "terraform-token 1", "azure-client-secret 1", "twilio-key 1", "telegram-token 1"),
}
PLACES = (
    "{}",
    "word {} word",
    '"{}"',
    "'{}'",
    "`{}`",
    "({})",
    "[{}]",
    "<{}>",
    "{},",
    "x={}",
    "key: {}\n",
    'key: "{}"\n',
    '{{"token": "{}", "other": [1]}}',
    "export TOKEN={}; make",
    "curl -H 'Authorization: Bearer {}' https://host",
    "run --token {} --verbose",
    "https://user:{}@host/path",
    "https://{}@host/path",
    "https://host/path?token={}&page=1",
    "https://host/{}/path",
    "- name: x\n  env:\n    SECRET: {}\n  run: |\n    make",
    "| {} | table |",
    "\\n{}\\n",
    "\t{}\r\n",
    "\u00e9{}\u00e9",
)
GLUED = ("word{}", "WORD{}", "x_{}", "a-{}", "9{}", "/{}", "={}", ":{}", "a.{}", "@{}", "${}", "%20{}")
SEEDS = st.integers(0, 30)
TEXTS = st.text(
    st.one_of(
        st.sampled_from("abcAZ09_-.:/=+@[]{}\"'\\ \n\t~,;&"),
        st.characters(exclude_categories=()),
    ),
    max_size=200,
)


def survives(secret, value, least=8):
    """Return a piece of the secret that is still there beside the marks, empty if none is."""
    value = re.sub(r"\[redacted:[a-z0-9-]+\]", "\0", value)
    for start in range(len(secret) - least + 1):
        if secret[start : start + least] in value:
            return secret[start : start + least]
    return ""


@given(st.sampled_from(KINDS), SEEDS, st.sampled_from(PLACES))
@settings(max_examples=400, deadline=None)
def test_nothing_of_a_planted_token_survives(kind, seed, place):
    # the number in front of the colon of a Telegram token is public; there it is the name of a user
    assume(not (kind.startswith("telegram") and place.startswith("https://{}@")))
    secret = tokens(seed)[kind]
    value = REDACTOR.redact(place.format(secret)).value
    assert not survives(secret, value)
    assert REDACTOR.redact(value).value == value


@given(st.sampled_from([kind for kind in KINDS if kind not in NEEDS_WORD_START]), SEEDS, st.sampled_from(GLUED))
@settings(max_examples=300, deadline=None)
def test_nothing_of_a_token_glued_to_a_word_survives(kind, seed, place):
    secret = tokens(seed)[kind]
    value = REDACTOR.redact(place.format(secret)).value
    assert not survives(secret, value)
    assert value.startswith(place.format(""))


@given(st.sampled_from(sorted(in_places())), SEEDS, st.sampled_from(("", "a ", "\n", "x: 1\n")))
@settings(max_examples=200, deadline=None)
def test_nothing_of_a_secret_known_by_its_place_survives_and_the_place_stays(kind, seed, front):
    before, secret, after = in_places(seed)[kind]
    value = REDACTOR.redact(front + before + secret + after).value
    assert not survives(secret, value)
    assert value.startswith(front + before)
    assert value.endswith(after)


@given(
    st.sampled_from(("", "RSA ", "EC ", "OPENSSH ")),
    st.integers(1, 6),
    st.sampled_from(("", "  ", "\t", "> ")),
    st.integers(0, 8),
    st.integers(0, 8),
    SEEDS,
)
@settings(max_examples=200, deadline=None)
def test_nothing_of_a_key_survives_in_any_cut_that_shows_a_mark(kind, lines, indent, first, last, seed):
    rows = key_block(kind, lines=lines, indent=indent, seed=seed).split("\n")
    part = rows[first : len(rows) - last]
    assume(part and (first == 0 or last == 0))
    value = REDACTOR.redact("\n".join(["before", *part, "after it"])).value
    for row in part:
        if "PRIVATE" not in row:
            assert not survives(row.strip(" >\t="), value)
    assert value.startswith("before\n")
    assert value.endswith("\nafter it")


@given(st.lists(st.one_of(TEXTS, st.sampled_from(KINDS).map(lambda kind: tokens()[kind])), max_size=6), st.booleans())
@settings(max_examples=300, deadline=None)
@example(["x [redacted:word][redacted:", "word] EMP-1[redacted:staff]EMP-12"], True)
def test_a_text_redacted_twice_is_the_text_redacted_once(parts, own):
    redactor = OWN if own else REDACTOR
    once = redactor.redact("".join(parts))
    twice = redactor.redact(once.value)
    assert (twice.value, twice.hits) == (once.value, 0)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_what_has_no_hit_is_unchanged(text):
    result = REDACTOR.redact(text)
    assert result.hits or result.value == text


@given(st.lists(st.text("abcdefghij .,\n", max_size=20), min_size=2, max_size=6))
@settings(max_examples=100, deadline=None)
def test_the_text_between_secrets_is_kept(parts):
    secret = tokens()["github-token 1"]
    assert REDACTOR.redact(f" {secret} ".join(parts)).value == " [redacted:github-token] ".join(parts)


UNITS = (
    *(
        "a",
        "A1",
        "-",
        "_",
        ".",
        ":",
        "=",
        "\n",
        " ",
        "\\",
        "'",
        '"',
        "eyJ",
        "eyJa",
        "glpat-",
        "sk-",
        "xoxb-",
        "SG.",
        "hvs.",
    ),
    *("dp.pt.", "://", "a://b:", "https://", "token=", "password: ", "--token ", "-u a:", 'token\\"', "_auth=", "a@"),
    *(
        "-" * 5 + "BEGIN PRIVATE KEY" + "-" * 5,
        "-" * 5 + "END PRIVATE KEY" + "-" * 5 + "\n",
        "LS0tLS1CRUdJTi",
        "aaa1Q~",
    ),
    *("MIIEAAIBAA", "b3BlbnNzaC1rZXktdjE", "[redacted:", "[redacted:email]", "Proc-Type: ", "1.", "::", "tskey-"),
)


@given(st.lists(st.sampled_from(UNITS), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
@example(["eyJ"])
@example(["token="])
@example(["-" * 5 + "BEGIN PRIVATE KEY" + "-" * 5])
def test_the_lines_run_grow_no_faster_than_the_text(units):
    """Counts what Python executes; what the engine of `re` does inside is bounded by the shapes."""
    unit = "".join(units)
    small, large = (lines_run(unit * (size // len(unit))) for size in (4_000, 16_000))
    assert large <= 4.6 * small + 2_000


def lines_run(text):
    count = 0

    def trace(*_):
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        OWN.redact(text)
    finally:
        sys.settrace(before)
    return count


def test_a_hostile_megabyte_takes_less_than_a_generous_limit():
    import time

    for unit in UNITS:
        text = unit * (1_000_000 // len(unit))
        start = time.process_time()
        REDACTOR.redact(text)
        assert time.process_time() - start < 5, unit
