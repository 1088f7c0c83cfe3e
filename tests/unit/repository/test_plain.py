import math

import pytest

from phase_mirror.errors import UnreadableError
from phase_mirror.model.span import Span
from phase_mirror.repository.formats.plain import plain
from phase_mirror.repository.formats.yaml import read_yaml


def value_of(text):
    return plain(read_yaml("a.yml", text))[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off", "off"),
        ("yes", "yes"),
        ("2027-03-01", "2027-03-01"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0xff", 255),
        ("0755", 755),
        ("1_000", "1_000"),
        ("0b1", "0b1"),
        ("1.5", 1.5),
        (".5e1", 5.0),
        ("1.", 1.0),
        ("-.inf", -math.inf),
        ("inf", "inf"),
        ("nan", "nan"),
        ("1.2.3", "1.2.3"),
        ("-", [None]),
        ("--", "--"),
        ("١٢", "١٢"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("!!str 12", "12"),
        ("1" * 401, "1" * 401),
        ("", None),
        ("{a: [1, {b: ~}]}", {"a": [1, {"b": None}]}),
    ],
)
def test_core_types(text, value):
    found = value_of(text)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number():
    assert math.isnan(value_of(".nan"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[" * 22 + "]" * 22, "a.yml:1:22: no configuration: nested deeper than 20 levels"),
        (
            "a: &a [" + "1, " * 999 + "1]\nb: [" + "*a, " * 60 + "]",
            "a.yml:1:2852: no configuration: more than 50000 values",
        ),
    ],
)
def test_a_file_far_larger_than_any_configuration_is_refused(text, sentence):
    with pytest.raises(UnreadableError) as caught:
        value_of(text)
    assert caught.value.sentence() == sentence


def test_places_of_keys_and_values():
    value, spans, keys = plain(read_yaml("a.yml", "a:\n  - x\n  - b: yes\n"))
    assert value == {"a": ["x", {"b": "yes"}]}
    assert spans["a", 1, "b"] == Span("a.yml", 3, 8, 3, 11)
    assert keys["a", 1, "b"] == Span("a.yml", 3, 5, 3, 6)
    assert keys["a",] == Span("a.yml", 1, 1, 1, 2)
    assert spans["a", 0] == Span("a.yml", 2, 5, 2, 6)
    assert () in spans
