import sys

import pytest

from phase_mirror.redaction.patterns import PATTERNS
from phase_mirror.redaction.redactor import GENERIC, MOST_PASSES, Redactor
from secret_samples import BASE64, LOWER_HEX, in_places, json_part, key_block, run, tokens

TOKENS = tokens()
PLACED = in_places()
REDACTOR = Redactor()


def redacted(text):
    return REDACTOR.redact(text).value


def mark(case):
    return f"[redacted:{case.partition(' ')[0]}]"


class TestTokens:
    @pytest.mark.parametrize("case", TOKENS)
    def test_a_token_is_replaced_by_the_mark_of_its_kind(self, case):
        assert redacted(f'run "{TOKENS[case]}" now') == f'run "{mark(case)}" now'

    @pytest.mark.parametrize("case", TOKENS)
    def test_a_token_alone_is_found(self, case):
        assert redacted(TOKENS[case]) == mark(case)

    @pytest.mark.parametrize("case", TOKENS)
    def test_a_token_glued_to_a_word_is_found(self, case):
        if case in {"api-key 1", "terraform-token 1", "azure-client-secret 1", "twilio-key 1", "telegram-token 1"}:
            pytest.skip("its beginning ends common words, or has no fixed letters")
        assert redacted(f"word{TOKENS[case]}") == f"word{mark(case)}"

    @pytest.mark.parametrize("case", PLACED)
    def test_a_secret_known_by_its_place_is_cut_out_exactly(self, case):
        before, secret, after = PLACED[case]
        assert redacted(before + secret + after) == before + mark(case) + after

    def test_every_shape_has_a_sample(self):
        shown = {case.partition(" ")[0] for case in (*TOKENS, *PLACED)}
        assert shown == {pattern.name for pattern in PATTERNS} | GENERIC

    def test_several_secrets_are_counted_and_what_stands_between_stays(self):
        first, second = TOKENS["github-token 1"], TOKENS["npm-token 1"]
        result = REDACTOR.redact(f"a {first} b {second} c")
        assert (result.value, result.hits) == ("a [redacted:github-token] b [redacted:npm-token] c", 2)

    def test_a_token_that_is_assigned_keeps_its_own_name(self):
        assert redacted(f"password: {TOKENS['github-token 1']}") == "password: [redacted:github-token]"

    def test_overlapping_hits_become_one(self):
        glued = TOKENS["github-token 1"] + "-" + run(12)
        result = REDACTOR.redact(f"password='{glued}'")
        assert (result.value, result.hits) == ("password='[redacted:github-token]'", 1)

    def test_a_word_that_looks_like_a_header_does_not_hide_a_token(self):
        text = f"keyJournal_{TOKENS['json-web-token 1']}"
        assert redacted(text) == "keyJournal_[redacted:json-web-token]"

    def test_the_part_of_a_json_web_token_without_its_signature_is_found(self):
        header = json_part('{"alg":"RS256"}')
        assert redacted(f"x {header}.{json_part('{}')} y") == "x [redacted:json-web-token] y"


class TestNoSecrets:
    @pytest.mark.parametrize(
        "text",
        [
            "uses: actions/checkout@" + run(40, LOWER_HEX) + " # v4.1.7",
            "commit " + run(64, LOWER_HEX),
            "refs/heads/task-" + run(40, LOWER_HEX),
            "id: 123e4567-e89b-12d3-a456-426614174000",
            "token: 123e4567-e89b-12d3-a456-426614174000",
            "integrity: sha512-" + run(86, BASE64) + "==",
            '"integrity": "sha512-' + run(86, BASE64) + '==",',
            "image: registry.tld/app:v1@sha256:" + run(64, LOWER_HEX),
            "docker://image:v1@sha256:" + run(64, LOWER_HEX),
            "h1:" + run(43, BASE64) + "=",
            "version: 1.2.3-beta.4+build.20240101",
            "10.0.0.1 and 1.2.3.4",
            "this-is-a-very-long-kebab-case-name-of-a-workflow-step-2",
            "glpat-your-own-token-goes-here-please",
            "xoxb-your-slack-bot-token-here",
            "token: ${{ secrets.DEPLOY_TOKEN_2 }}",
            "password: ${{ secrets.PASSWORD || 'x' }}",
            "password: $DB_PASSWORD_1",
            'password: "${DB_PASSWORD_1}"',
            "PASSWORD=$(cat /run/secrets/db1)",
            "password: <your-password-1>",
            "token: path/to/the/token2.txt",
            "token = get_token_v2(client1)",
            "token = tokens[3]",
            "password: changeme-1234",
            "secret: my-app-secret-v2",
            "secretKey: secret-name-2",
            "token: github.event.client_payload.token1",
            "compass: Ab12Cd34Ef56Gh78",
            "key: Ab12Cd34Ef56Gh78",
            "NextToken: Ab12Cd34Ef56Gh78",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod-Ab12Cd",
            "https://user:password@host/",
            "https://x-access-token:${TOKEN}@github.com/o/r",
            "https://$USER:$PASS@host",
            "https://github.com/o/r@v1",
            "ssh://git@github.com/o/r.git",
            "postgres://postgres:postgres@localhost/app",
            "password:",
            "token: 12345678901234567890",
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
            "starts with -----BEGIN PRIVATE KEY----- and so on, see the manual",
            "ends with -----END PRIVATE KEY-----",
            "* @org/team owner@corp.tld 127.0.0.1 noreply@corp.tld",
            "src/main/java/org/apache/something/long/enough/to/be/a/line/of/a/Key1",
            run(64, LOWER_HEX),
            "AK" + "IAIOSFODNN7" + "EXAMPLE",
            "eyJournalism.about.tokens",
            "LS0tLS1CRUdJTi" + "BDRVJUSUZJQ0FURS0tLS0t" + run(80, BASE64),
            "S" + "K" + run(33, LOWER_HEX),
            "",
            "\x00\ud800\U0001f512 caf\u00e9",
        ],
    )
    def test_what_is_no_secret_comes_back_as_it_is(self, text):
        result = REDACTOR.redact(text)
        assert (result.value, result.hits) == (text, 0)


class TestKeyBlocks:
    @pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "DSA "])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\\n", " "])
    def test_a_whole_block_becomes_one_mark(self, kind, line_end):
        text = f'key: "{key_block(kind, line_end=line_end)}" # end'
        assert redacted(text) == 'key: "[redacted:private-key]" # end'

    @pytest.mark.parametrize("indent", ["", "    ", "\t", "# ", "> ", "+"])
    def test_a_block_without_its_end_is_masked_and_the_next_key_stays(self, indent):
        rows = key_block(indent=indent).split("\n")[:-1]
        text = "\n".join(["a: |", *rows, "next: a word"])
        assert redacted(text) == f"a: |\n{indent}[redacted:private-key]\nnext: a word"

    def test_a_block_without_its_beginning_is_masked(self):
        rows = key_block().split("\n")[1:]
        assert redacted("\n".join(["some prose", *rows, "after"])) == "some prose\n[redacted:private-key]\nafter"

    def test_an_escaped_block_without_its_beginning_is_masked(self):
        text = key_block(line_end="\\n")
        assert redacted(f'"{text[60:]}"') == '"[redacted:private-key]"'

    def test_an_escaped_block_behind_prose_is_masked_back_to_the_prose(self):
        text = key_block(line_end="\\n")
        assert redacted(f"the key {text[60:]} x") == "the key [redacted:private-key] x"

    def test_a_block_without_both_is_masked_where_it_starts_the_text(self):
        rows = key_block().split("\n")[1:]
        assert redacted("\n".join(rows)) == "[redacted:private-key]"

    def test_every_full_line_of_a_block_is_known_alone(self):
        for row in key_block(lines=20).split("\n")[1:-2]:
            assert redacted(f"    {row}") == "    [redacted:private-key]"
            assert redacted(f'before\n"{row}\\n" +\nafter') == 'before\n"[redacted:private-key]\\n" +\nafter'

    def test_two_blocks_of_which_the_first_is_open_are_both_masked(self):
        first = key_block(seed=3).rpartition("\n")[0]
        assert redacted(f"{first}\n{key_block(seed=4)}\nx") == "[redacted:private-key]\n[redacted:private-key]\nx"

    def test_headers_inside_a_block_belong_to_it(self):
        rows = key_block().split("\n")[:-1]
        rows[1:1] = ["Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00", ""]
        assert redacted("\n".join(rows) + "\nb: 1") == "[redacted:private-key]\nb: 1"

    def test_certificates_and_public_keys_stay(self):
        for kind in ("CERTIFICATE", "PUBLIC KEY"):
            text = key_block().replace("RSA PRIVATE KEY", kind)
            assert redacted(text) == text

    def test_lines_behind_a_certificate_are_masked_again(self):
        text = key_block(seed=5).replace("RSA PRIVATE KEY", "CERTIFICATE")
        assert redacted(f"{text}\n{run(64, BASE64)}\n") == f"{text}\n[redacted:private-key]\n"


class TestRedactedTwice:
    def test_marks_are_left_alone_and_not_counted(self):
        once = REDACTOR.redact(f"password: {run(20)}")
        twice = REDACTOR.redact(once.value)
        assert (twice.value, twice.hits) == (once.value, 0)

    def test_a_custom_pattern_does_not_reach_into_marks(self):
        redactor = Redactor([("word", "[a-z]{6,}")])
        once = redactor.redact(f"{TOKENS['npm-token 1']} absolutely ok").value
        assert once == "[redacted:npm-token] [redacted:word] ok"
        assert redactor.redact(once).value == once

    def test_a_mark_of_an_unknown_name_protects_nothing(self):
        redactor = Redactor([("number", "[0-9]{6}")])
        assert redactor.redact("[redacted:123456]").value == "[redacted:[redacted:number]]"

    def test_a_word_made_to_need_many_passes_is_masked_as_a_whole(self):
        redactor = Redactor([("chain", r"\bab")])
        result = redactor.redact("keep " + "ab" * (MOST_PASSES + 40) + " keep " + "ab" * 3)
        assert result.value == "keep [redacted:chain] keep " + "[redacted:chain]" * 3
        assert redactor.redact(result.value).value == result.value

    def test_a_text_made_to_need_many_passes_is_masked_as_a_whole(self):
        redactor = Redactor([("chain", r"\b(?:ab| ?cd)")])
        result = redactor.redact("ab" + "cd" * 9 + " cd" * 3 + " " + "cdcd " * 30)
        assert redactor.redact(result.value).value == result.value


class TestAddresses:
    TEXT = "jane.doe@corp.tld 10.1.2.3 2a00:1450:4001:82a::200e"

    def test_addresses_stay_by_default(self):
        assert redacted(self.TEXT) == self.TEXT

    def test_addresses_are_masked_on_request(self):
        result = Redactor(addresses=True).redact(self.TEXT)
        assert (result.value, result.hits) == ("[redacted:email] [redacted:ipv4] [redacted:ipv6]", 3)
        assert Redactor(addresses=True).redact(result.value).value == result.value

    @pytest.mark.parametrize(
        "text",
        [
            "127.0.0.1 0.0.0.0 192.0.2.7 198.51.100.1 203.0.113.9 255.255.255.255 169.254.1.1",
            "::1 :: 2001:db8::1 fe80::1",
            "noreply@corp.tld no-reply@corp.tld git@github.com a@example.com a@b.example 1+x@users.noreply.github.com",
            "v1.2.3.4 1.2.3.4.5 1.2.3 999.1.1.1 12:30:45 a::b::c",
            "@org/team actions/checkout@v4 @example.com name@host",
        ],
    )
    def test_addresses_that_nobody_has_stay_even_then(self, text):
        assert Redactor(addresses=True).redact(text).value == text


def test_the_module_compiles_nothing_on_import():
    import subprocess

    code = (
        "import sys, re\n"
        "before = set(sys.modules)\n"
        "made = []\n"
        "compile_ = re.compile\n"
        "def counted(*a, **k):\n"
        "    made.append(sys._getframe(1).f_globals['__name__'].startswith('phase_mirror'))\n"
        "    return compile_(*a, **k)\n"
        "re.compile = counted\n"
        "import phase_mirror.redaction.redactor as r\n"
        "r.Redactor()\n"
        "names = {'ipaddress', 'typing', 'dataclasses', 'phase_mirror.redaction.custom'}\n"
        "print(sum(made), (set(sys.modules) - before) & names)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "0 set()\n"
