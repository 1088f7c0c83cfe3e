"""Secrets made at run time: no text of this file looks like one, and every run gets the same."""

import base64
import random
import string

LOWER_HEX = "0123456789abcdef"
ALPHANUMERIC = string.ascii_letters + string.digits
BASE64 = ALPHANUMERIC + "+/"
URL_SAFE = ALPHANUMERIC + "-_"


def run(length, alphabet=ALPHANUMERIC, seed=1):
    """Return a random text that holds a digit, and a capital and a small letter where the alphabet has both."""
    source = random.Random(f"{seed} {length} {alphabet}")
    while True:
        text = "".join(source.choice(alphabet) for _ in range(length))
        kinds = (str.isdigit, str.islower, str.isupper)
        if all(any(map(kind, text)) == any(map(kind, alphabet)) for kind in kinds) and text[0].isalnum():
            return text


def json_part(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def json_web_token(header='{"alg":"HS256","typ":"JWT"}', seed=1):
    return ".".join((json_part(header), json_part('{"sub":"1234567890"}'), run(43, URL_SAFE, seed)))


def key_block(kind="RSA ", lines=4, line_end="\n", indent="", seed=1):
    """Return the lines of a block: begin, body, a short last line, end."""
    body = [run(64, BASE64, f"{seed} {number}") for number in range(lines)] + [run(30, BASE64, seed) + "=="]
    dashes = "-" * 5
    rows = [f"{dashes}BEGIN {kind}PRIVATE KEY{dashes}", *body, f"{dashes}END {kind}PRIVATE KEY{dashes}"]
    return line_end.join(indent + row for row in rows)


def tokens(seed=1):
    """Return a sample of every shape by name of the mark and number."""

    def made(*parts):
        return "".join(run(*part, seed=seed) if isinstance(part, tuple) else part for part in parts)

    capitals = string.ascii_uppercase + string.digits
    smalls = string.ascii_lowercase + string.digits
    base32 = string.ascii_uppercase + "234567"
    return {
        "github-token 1": made("gh", "p_", (36,)),
        "github-token 2": made("gh", "s_", (36,)),
        "github-token 3": made("github", "_pat_", (22,), "_", (59,)),
        "stripe-key 1": made("sk", "_live_", (24,)),
        "stripe-key 2": made("rk", "_test_", (24,)),
        "stripe-webhook-secret 1": made("whs", "ec_", (32,)),
        "npm-token 1": made("np", "m_", (36,)),
        "docker-token 1": made("dckr", "_pat_", (27, URL_SAFE)),
        "hugging-face-token 1": made("h", "f_", (34,)),
        "digitalocean-token 1": made("dop", "_v1_", (64, LOWER_HEX)),
        "shopify-token 1": made("shp", "at_", (32, LOWER_HEX)),
        "linear-key 1": made("lin", "_api_", (40,)),
        "grafana-token 1": made("gl", "c_", (60,)),
        "grafana-token 2": made("gl", "sa_", (32,), "_", (8, LOWER_HEX)),
        "rubygems-key 1": made("ruby", "gems_", (48, LOWER_HEX)),
        "groq-key 1": made("gs", "k_", (52,)),
        "sentry-token 1": made("sntr", "ys_", (60, BASE64)),
        "supabase-token 1": made("sb", "p_", (40, LOWER_HEX)),
        "gitlab-token 1": made("gl", "pat-", (20, URL_SAFE)),
        "gitlab-token 2": made("gl", "rt-", (20, URL_SAFE)),
        "gitlab-token 3": made("gl", "agent-", (50, URL_SAFE)),
        "gitlab-token 4": made("gl", "pat-", (27, URL_SAFE), ".01.", (9, smalls)),
        "slack-token 1": made("xo", "xb-", (12, string.digits), "-", (24,)),
        "slack-token 2": made("xa", "pp-1-", (11, capitals), "-", (40, LOWER_HEX)),
        "pypi-token 1": made("py", "pi-", "AgE", (120, URL_SAFE)),
        "anthropic-key 1": made("s", "k-ant-", "api03-", (93, URL_SAFE)),
        "openai-key 1": made("s", "k-proj-", (60, URL_SAFE)),
        "api-key 1": made("s", "k-", (48,)),
        "google-oauth-secret 1": made("GOC", "SPX-", (28, URL_SAFE)),
        "new-relic-key 1": made("NR", "AK-", (27, capitals)),
        "age-secret-key 1": made("AGE", "-SECRET-", "KEY-1", (58, capitals)),
        "age-secret-key 2": made("age", "-secret-", "key-1", (58, smalls)),
        "tailscale-key 1": made("tsk", "ey-auth-", (12,), "-", (32,)),
        "postman-key 1": made("PM", "AK-", (24, LOWER_HEX), "-", (34, LOWER_HEX)),
        "vault-token 1": made("hv", "s.", (90, URL_SAFE)),
        "sendgrid-key 1": made("S", "G.", (22, URL_SAFE), ".", (43, URL_SAFE)),
        "terraform-token 1": made((14,), ".atlas", "v1.", (67, URL_SAFE)),
        "doppler-token 1": made("d", "p.pt.", (43,)),
        "google-oauth-token 1": made("ya", "29.", (60, URL_SAFE)),
        "telegram-token 1": made((8, string.digits), ":A", "A", (33, URL_SAFE)),
        "aws-access-key-id 1": made("AK", "IA", (16, base32)),
        "aws-access-key-id 2": made("AS", "IA", (16, base32)),
        "google-api-key 1": made("AI", "za", (35, URL_SAFE)),
        "atlassian-token 1": made("ATA", "TT3", (180, URL_SAFE)),
        "json-web-token 1": json_web_token(seed=seed),
        "json-web-token 2": json_web_token('{"x":1,"alg":"none"}', seed=seed),
        "private-key 1": base64.b64encode(key_block(seed=seed).encode()).decode(),
        "private-key 2": made("MII", "EpAIBAAKC", (100, BASE64)),
        "private-key 3": made("b3BlbnN", "zaC1rZXktdjE", (100, BASE64)),
        "twilio-key 1": made("S", "K", (32, LOWER_HEX)),
        "databricks-token 1": made("da", "pi", (32, LOWER_HEX)),
        "azure-client-secret 1": made((3,), "8Q", "~", (34,)),
    }


def in_places(seed=1):
    """Return texts of which only a part is secret: name of the mark and number -> (before, secret, after)."""
    word = run(18, seed=seed)
    return {
        "slack-webhook 1": ("https://hooks.slack.com/services/", f"T{run(8)}/B{run(8)}/{run(24, seed=seed)}", "\n"),
        "discord-webhook 1": (
            "https://discord.com/api/webhooks/",
            f"{run(18, string.digits)}/{run(68, URL_SAFE, seed)}",
            ' "',
        ),
        "teams-webhook 1": ("https://acme.webhook.office.com/webhookb2/", f"{run(36)}@{run(36, seed=seed)}", " "),
        "url-password 1": ("https://user:", word, "@host.tld/path"),
        "url-password 2": ("postgres://app:", f"p@{word}", "@db:5432/app"),
        "url-password 3": ("redis://:", word, "@cache"),
        "url-token 1": ("git clone https://", run(30, seed=seed), "@github.com/o/r"),
        "azure-sas-signature 1": ("https://a.tld/c?sv=2024&sig=", run(44, seed=seed), "&se=1"),
        "azure-account-key 1": ("AccountName=a;AccountKey=", run(86, BASE64, seed) + "==", ";End=core"),
        "assignment 1": ("password: ", word, "\nnext: 1"),
        "assignment 2": ('{"api_key": "', word, '", "x": 1}'),
        "assignment 3": ("DB_PASSWORD='", word, "' make"),
        "assignment 4": ("export MY_TOKEN=", word, " && run"),
        "assignment 5": ('secret := `x`; clientSecret := "', word, '"'),
        "assignment 6": ('<add key="x"/><password>', word, "</password>"),
        "assignment 7": ("curl -H 'Authorization: Bearer ", word, "' x"),
        "assignment 8": ("docker login --password ", word, " -u me"),
        "assignment 9": ("curl -u admin:", word, " https://host"),
        "assignment 10": ('"{\\"token\\": \\"', word, '\\"}"'),
        "assignment 11": ('"secret_key" => "', word, '",'),
        "assignment 12": ('env["API_KEY"] = "', word, '"'),
        "assignment 13": ("//registry.tld/:_authToken=", word, "\n"),
        "assignment 14": ("https://host/path?access_token=", word, "&page=2"),
        "assignment 15": ("//registry.tld/:_auth = ", word, "\n"),
        "assignment 16": ("dbPass: ", word, ""),
        "assignment 17": ("password: ", "aB3$" + "x!9" + "Qw", "\n"),
    }
