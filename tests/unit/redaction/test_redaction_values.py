import pytest

from phase_mirror.redaction import values
from secret_samples import BASE64, LOWER_HEX, run


@pytest.mark.parametrize("alphabet", [None, LOWER_HEX, BASE64])
@pytest.mark.parametrize("length", [20, 32, 64])
def test_random_text_is_varied(alphabet, length):
    texts = [run(length, *([alphabet] if alphabet else []), seed=seed) for seed in range(200)]
    assert sum(values.is_varied(text) for text in texts) >= 190


@pytest.mark.parametrize(
    "text",
    [
        "deploy-token-v2",
        "getAccessTokenForUser1",
        "github.event.pull_request.head.sha",
        "your-TOKEN-1a2B3c4D",
        "aAaA1111aAaA1111",
        "a1b2EXAMPLEc3d4",
        "",
    ],
)
def test_names_and_stand_ins_are_not_varied(text):
    assert text == "" or not values.is_varied(text)


@pytest.mark.parametrize("value", ["Tr0ub4dor&3", "p@ss!word1", "aB3dE5gH", "q1w2e3r4t5"])
def test_passwords_are_credentials(value):
    assert values.is_credential(value)


@pytest.mark.parametrize(
    "value",
    [
        "short1A",
        "${A1b2C3d4}",
        "<a1b2C3d4e5>",
        "12345678",
        "password",
        "getToken(",
        "sha256:a1B2c3D4e5F6",
        "https://a1b2.c3d4",
    ],
)
def test_short_values_expressions_and_identifiers_are_no_credentials(value):
    assert not values.is_credential(value)


def test_letters_alone_are_a_credential_when_they_change_case_as_no_name_does():
    assert values.is_credential("aBcDeFgHiJkLmNoP")
    assert not values.is_credential("clientCredentialsProvider")


@pytest.mark.parametrize("password", ["hunter", "Zq9", "a$b!c"])
def test_what_stands_in_a_url_is_a_password(password):
    assert values.is_real_key(password)


@pytest.mark.parametrize("password", ["postgres", "Password", "$PASS", "{pw}", "%s", "xxxxxx", "aa", "your-password"])
def test_what_stands_for_a_password_in_a_url_is_none(password):
    assert not values.is_real_key(password)


def test_base64_that_cannot_be_decoded_names_nothing():
    assert not values.names_private_key("\u00e9")
    assert not values.is_json_web_token("!!!!.a.b")
