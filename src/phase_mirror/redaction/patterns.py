"""The shapes of secrets: tokens that their issuer made recognizable by a fixed prefix or place.

Searching for fifty prefixes one by one costs more than any text is worth. Each shape therefore names an *anchor*: one
character that is rare in prose and always part of the secret. All shapes of an anchor are one expression that begins
with that literal character (which the engine finds with `memchr`) and looks back for the rest of the prefix. A *guard*,
the anchor with the least that must follow it, is tried first; most texts pass no guard and compile nothing else.

Every shape is linear: what stands before the secret has a fixed width, and the secret ends where its characters end, so
nothing can fail after a long run was read. Where something must follow a run, the run cannot contain another beginning.

A secret glued to a word is found, so few shapes ask what stands before them: only those whose prefix ends common words.
"""

from __future__ import annotations

import functools
import re

from phase_mirror.model.record import Record
from phase_mirror.redaction.values import (
    is_json_web_token,
    is_no_example,
    is_real_key,
    is_token,
    is_varied,
    names_private_key,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Span = tuple[int, int, str]

GUARDS = {
    "_": "[A-Za-z0-9_+/=-]{16}",
    "-": "(?=[A-Za-z0-9_.-]{20})(?<=(?:[abtmdrfn]t|as|t-|x[abceoprs]|pp|pi|sk|PX|AK|GE|ge|ey)-)",
    ".": r"(?:atlasv1|(?<=[sbr9Gp]\.)(?=[A-Za-z0-9_.-]{20})(?:(?<=hv[sbr]\.)|(?<=ya29\.)|(?<=SG\.)|(?<=dp\.)))",
    ":": r"(?://[^\s/@\"'`<>?#]+@|AA[A-Za-z0-9_-]{32})",
    "/": r"(?:services/T|workflows/T|triggers/T|api/|webhookb2/)",
    "A": "(?:KIA|SIA|BIA|CCA|Iza|T[A-Z]TT3)[A-Za-z0-9_=-]{16}",
    "J": "[A-Za-z0-9_-]{7}",
    "M": r"(?:II[A-P][A-Za-z0-9+/][AQgw]IBA[A-D]|IGHAgEA|HcCAQEE|C4CAQAw)",
    "S": "(?:K[0-9a-f]{32}|0tLS1CRUdJTi)",
    "Z": "XktdjE",
    "d": "api[0-9a-f]{32}",
    "~": "[A-Za-z0-9_.~-]{31}",
    "=": "[A-Za-z0-9%+/]{30}",
}
"""What must stand around an anchor, at the least, for a shape of it to match; never reads past the next anchor."""


class Pattern(Record):
    """The shape of one kind of secret.

    Attributes:
        name: stands in the mark `[redacted:<name>]`.
        anchor: the character that the expression begins with.
        lead: what stands before the anchor and belongs to the secret; of fixed width.
        body: what stands after the anchor. With a group of its own only that group is masked.
        before: what must not stand before the lead: one character class, empty for anything.
        check: says of the text after the anchor (or of the group) whether it is a secret; None: always.
    """

    name: str
    anchor: str
    lead: str
    body: str
    before: str = ""
    check: Callable[[str], bool] | None = None

    def branch(self) -> str:
        """Return the expression after the anchor, with exactly one group: it begins where the secret begins."""
        anchor = re.escape(self.anchor)
        # the n of an escaped line end is no letter
        before = rf"(?:(?<!{self.before})|(?<=\\[nrt]))" if self.before else ""
        if self.has_inner_group():
            return f"(?<={before}{self.lead}{anchor}){self.body}"
        return f"(?<={before}({self.lead}){anchor}){self.body}"

    def has_inner_group(self) -> bool:
        """Return whether the body says itself what is masked."""
        return re.search(r"(?<!\\)\((?!\?)", self.body) is not None


LETTER_OR_DIGIT = "[A-Za-z0-9]"
_GITLAB_BODY = r"[A-Za-z0-9_-]{20,}(?:\.[A-Za-z0-9]{2}\.[A-Za-z0-9]{7,})?"
_DISCORD_BODY = r"api/(?:v\d{1,2}/)?webhooks/(\d{15,}/[A-Za-z0-9_-]{30,})"
_BASE64 = "[A-Za-z0-9+/=]"
_HEADER_START = "(?:hbGciOi|0eXAiOi|raWQiOi|lbmMiOi)"
"""How a header goes on whose first name is alg, typ, kid or enc, as nearly always."""
_JWT_PARTS = r"(?:\.[A-Za-z0-9_-]*){0,4}"

PATTERNS = (
    # Underscore. GitHub: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    Pattern("github-token", "_", "gh[pousr]", "[A-Za-z0-9]{36,}", check=is_no_example),
    Pattern("github-token", "_", "github", "pat_[A-Za-z0-9_]{40,}", check=is_no_example),
    # Stripe: https://docs.stripe.com/keys ; publishable keys (pk_) are public
    Pattern("stripe-key", "_", "[sr]k", "(?:live|test)_[A-Za-z0-9]{16,}", check=is_token),
    Pattern("stripe-webhook-secret", "_", "whsec", "[A-Za-z0-9+/=]{24,}", check=is_token),
    # npm: https://docs.npmjs.com/about-access-tokens
    Pattern("npm-token", "_", "npm", "[A-Za-z0-9]{36,}", check=is_token),
    # Docker: https://docs.docker.com/security/for-developers/access-tokens/
    Pattern("docker-token", "_", "dckr", "[a-z]{3}_[A-Za-z0-9_-]{20,}"),
    # Hugging Face: https://huggingface.co/docs/hub/security-tokens
    Pattern("hugging-face-token", "_", "hf", "[A-Za-z0-9]{30,}", check=is_token),
    # DigitalOcean: https://docs.digitalocean.com/reference/api/create-personal-access-token/
    Pattern("digitalocean-token", "_", "do[opr]", "v1_[0-9a-f]{64,}"),
    # Shopify: https://shopify.dev/docs/apps/build/authentication-authorization
    Pattern("shopify-token", "_", "shp(?:at|ca|pa|ss)", "[0-9a-fA-F]{32,}"),
    Pattern("linear-key", "_", "lin", "(?:api|oauth)_[A-Za-z0-9]{32,}", check=is_token),
    # Grafana: https://grafana.com/docs/grafana/latest/administration/service-accounts/
    Pattern("grafana-token", "_", "glc", "[A-Za-z0-9+/=]{32,}", check=is_token),
    Pattern("grafana-token", "_", "glsa", "[A-Za-z0-9]{32,}_[0-9a-f]{8}"),
    Pattern("rubygems-key", "_", "rubygems", "[0-9a-f]{48,}"),
    Pattern("groq-key", "_", "gsk", "[A-Za-z0-9]{40,}", check=is_token),
    Pattern("sentry-token", "_", "sntry[su]", "[A-Za-z0-9+/=_-]{40,}"),
    Pattern("supabase-token", "_", "sbp", "[0-9a-f]{40,}"),
    # Hyphen. GitLab: https://docs.gitlab.com/security/tokens/#token-prefixes
    Pattern("gitlab-token", "-", "gl(?:pat|cbt|ptt|imt|oas|wt-)", _GITLAB_BODY, check=is_token),
    Pattern("gitlab-token", "-", "gl(?:dt|rt|ft)", _GITLAB_BODY, check=is_token),
    Pattern("gitlab-token", "-", "gl(?:agent|ffct-|soat-)", _GITLAB_BODY, check=is_token),
    # Slack: https://api.slack.com/authentication/token-types
    Pattern("slack-token", "-", "xox[abceoprs]", r"[A-Za-z0-9.-]{20,}", check=is_token),
    Pattern("slack-token", "-", "xapp", r"\d-[A-Za-z0-9-]{20,}", check=is_token),
    # PyPI: the macaroon of every token begins with these characters, https://pypi.org/help/#apitoken
    Pattern("pypi-token", "-", "pypi", "AgE[A-Za-z0-9_-]{50,}"),
    Pattern("anthropic-key", "-", "sk", "ant-[A-Za-z0-9_-]{20,}", check=is_token),
    Pattern("openai-key", "-", "sk", "(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}", check=is_token),
    Pattern("api-key", "-", "sk", r"(?:[a-z]{2,4}-v\d-)?[A-Za-z0-9]{20,}", before=LETTER_OR_DIGIT, check=is_varied),
    # Google: https://cloud.google.com/docs/authentication/api-keys
    Pattern("google-oauth-secret", "-", "GOCSPX", "[A-Za-z0-9_-]{20,}", check=is_token),
    Pattern("new-relic-key", "-", "NRAK", "[A-Z0-9]{27,}"),
    Pattern("age-secret-key", "-", "AGE", "SECRET-KEY-1[0-9A-Z]{58,}"),
    Pattern("age-secret-key", "-", "age", "secret-key-1[0-9a-z]{58,}"),
    Pattern("tailscale-key", "-", "tskey", "[a-z]{2,9}-[A-Za-z0-9]{8,}-[A-Za-z0-9]{16,}"),
    Pattern("postman-key", "-", "PMAK", "[0-9a-f]{24}-[0-9a-f]{34,}"),
    # Dot. Vault: https://developer.hashicorp.com/vault/docs/concepts/tokens
    Pattern("vault-token", ".", "hv[sbr]", "[A-Za-z0-9_-]{24,}", check=is_token),
    Pattern("sendgrid-key", ".", "SG", r"[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}", check=is_token),
    Pattern("terraform-token", ".", "[A-Za-z0-9]{14}", r"atlasv1\.[A-Za-z0-9_=-]{60,}"),
    Pattern("doppler-token", ".", "dp", r"(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}", check=is_token),
    Pattern("google-oauth-token", ".", "ya29", r"[A-Za-z0-9_-]{20,}", check=is_token),
    # Slash. https://api.slack.com/messaging/webhooks
    Pattern("slack-webhook", "/", r"hooks\.slack\.com", r"[a-z]{5,9}/(T[A-Za-z0-9+/_-]{20,})", check=is_token),
    # https://discord.com/developers/docs/resources/webhook
    Pattern("discord-webhook", "/", r"discord\.com", _DISCORD_BODY, check=is_token),
    Pattern("discord-webhook", "/", r"discordapp\.com", _DISCORD_BODY, check=is_token),
    Pattern("teams-webhook", "/", r"webhook\.office\.com", r"webhookb2/([A-Za-z0-9@/_-]{30,})"),
    # Colon. https://core.telegram.org/bots/features#botfather
    Pattern("telegram-token", ":", r"\d{8}", "AA[A-Za-z0-9_-]{32,}", check=is_token),
    Pattern("url-password", ":", "[A-Za-z]", r"//[^\s/@:\"'`<>?#]*:([^\s/\"'`<>?#]+)(?=@(?!sha\d))", check=is_real_key),
    Pattern("url-token", ":", "[A-Za-z]", r"//([^\s/@:\"'`<>?#]{20,})(?=@(?!sha\d))", check=is_varied),
    # Letters. AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    Pattern("aws-access-key-id", "A", "", "(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}", check=is_no_example),
    Pattern("google-api-key", "A", "", "Iza[A-Za-z0-9_-]{35,}", check=is_token),
    Pattern("atlassian-token", "A", "", "T[A-Z]TT3[A-Za-z0-9_=-]{50,}"),
    # https://www.rfc-editor.org/rfc/rfc7519 : the header is an object, whose encoding begins with eyJ. It ends where
    # another begins, so that a word such as `keyJournal` before a token does not hide it
    Pattern("json-web-token", "J", "ey", f"{_HEADER_START}[A-Za-z0-9_-]*{_JWT_PARTS}"),
    Pattern("json-web-token", "J", "ey", f"(?:(?!eyJ)[A-Za-z0-9_-]){{7,}}{_JWT_PARTS}", check=is_json_web_token),
    # https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2 , rfc5958 and rfc5915: the outermost sequence of a private
    # key and its version number; the magic word of OpenSSH
    Pattern("private-key", "M", "", f"{GUARDS['M']}{_BASE64}{{20,}}"),
    Pattern("private-key", "Z", "b3BlbnNzaC1r", f"XktdjE{_BASE64}{{20,}}"),
    # the encoding of `-----BEGIN `, as in a kubeconfig
    Pattern("private-key", "S", "L", f"0tLS1CRUdJTi{_BASE64}{{30,}}", check=names_private_key),
    Pattern("twilio-key", "S", "", "K[0-9a-f]{32}(?![A-Za-z0-9])", before="[A-Z0-9]"),
    # https://docs.databricks.com/aws/en/dev-tools/auth/pat
    Pattern("databricks-token", "d", "", "api[0-9a-f]{32,}(?:-[0-9])?"),
    # Microsoft Entra client secrets: three characters, a digit, `Q~`
    Pattern("azure-client-secret", "~", r"[A-Za-z0-9_.~-]{3}\dQ", "[A-Za-z0-9_.~-]{31,}", check=is_token),
    # https://learn.microsoft.com/azure/storage/common/storage-sas-overview
    Pattern("azure-sas-signature", "=", "[?&;]sig", "([A-Za-z0-9%+/=]{30,})", check=is_varied),
    Pattern("azure-account-key", "=", "(?i:accountkey)", "([A-Za-z0-9+/]{40,}={0,2})", check=is_varied),
    Pattern("azure-account-key", "=", "(?i:accesskey)", "([A-Za-z0-9+/]{40,}={0,2})", check=is_varied),
)


@functools.cache
def _shapes(anchor: str) -> tuple[re.Pattern[str], tuple[Pattern, ...]]:
    """Return the expression of all shapes of an anchor and the shapes by number of group."""
    shapes = tuple(pattern for pattern in PATTERNS if pattern.anchor == anchor)
    branches = "|".join(shape.branch() for shape in shapes)
    return re.compile(f"{re.escape(anchor)}(?={GUARDS[anchor]})(?:{branches})"), shapes


@functools.cache
def _guards() -> tuple[tuple[str, Callable[[str], re.Match[str] | None]], ...]:
    return tuple((anchor, re.compile(re.escape(anchor) + guard).search) for anchor, guard in GUARDS.items())


def tokens(text: str) -> list[Span]:
    """Return where tokens stand that are known by their shape: start, end and name of each.

    Args:
        text: any text.
    """
    found: list[Span] = []
    for anchor, search in _guards():
        if anchor in text:
            first = search(text)
            if first is not None:
                found.extend(_tokens_of(anchor, text, first.start()))
    return found


def _tokens_of(anchor: str, text: str, start: int) -> Iterator[Span]:
    expression, shapes = _shapes(anchor)
    for match in expression.finditer(text, start):
        number = match.lastindex or 1
        shape = shapes[number - 1]
        inner = shape.has_inner_group()
        end = match.end(number) if inner else match.end()
        body = match[number] if inner else text[match.start() + 1 : end]
        if shape.check is None or shape.check(body):
            yield match.start(number), end, shape.name
