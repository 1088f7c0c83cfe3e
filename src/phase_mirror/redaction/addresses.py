"""E-mail and IP addresses. They are no secrets: masked only where the caller asks for it.

CODEOWNERS names owners by e-mail, versions look like IPv4 addresses and nearly every repository binds 0.0.0.0, so that
masking them by default would make evidence unreadable. Exempt even on request: addresses that no person or machine has.
"""

from __future__ import annotations

import functools
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    Span = tuple[int, int, str]

LOCAL_PART = 64
"""Characters before the `@`, https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1 ."""

_EXEMPT_DOMAINS = (
    "example.com",
    "example.org",
    "example.net",
    "example",
    "invalid",
    "test",
    "localhost",
    "noreply.github.com",
)
"""https://www.rfc-editor.org/rfc/rfc2606 and the addresses that GitHub makes up."""


@functools.cache
def _domain() -> re.Pattern[str]:
    return re.compile(r"@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24})(?![A-Za-z0-9])")


@functools.cache
def _local_part() -> re.Pattern[str]:
    return re.compile(r"[A-Za-z0-9._%+-]{1,64}")


@functools.cache
def _ipv4() -> re.Pattern[str]:
    return re.compile(r"(?<![A-Za-z0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![A-Za-z0-9]|\.[0-9])")


@functools.cache
def _ipv6() -> re.Pattern[str]:
    return re.compile(r"(?<![A-Za-z0-9:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![A-Za-z0-9:])")


def addresses(text: str) -> list[Span]:
    """Return where e-mail and IP addresses stand: start, end and name of each.

    Args:
        text: any text.
    """
    return [*_emails(text), *_ips(text)]


def _emails(text: str) -> list[Span]:
    found: list[Span] = []
    for match in _domain().finditer(text):
        before = _local_part().match(text[max(0, match.start() - LOCAL_PART) : match.start()][::-1])
        local = before[0][::-1] if before else ""
        domain = match[1].lower()
        exempt = any(domain == known or domain.endswith("." + known) for known in _EXEMPT_DOMAINS)
        if local and not exempt and local.lower().replace("-", "") not in {"noreply", "donotreply", "git"}:
            found.append((match.start() - len(local), match.end(), "email"))
    return found


def _ips(text: str) -> list[Span]:
    import ipaddress  # noqa: PLC0415 - only where addresses are masked, which is not the default

    found: list[Span] = []
    for expression, name in ((_ipv4(), "ipv4"), (_ipv6(), "ipv6")):
        for match in expression.finditer(text):
            try:
                address = ipaddress.ip_address(match[0])
            except ValueError:
                continue
            # private networks name machines and are masked; documentation and loopback ranges name none
            documented = any(address in ipaddress.ip_network(known) for known in _DOCUMENTATION[name])
            if not (address.is_loopback or address.is_unspecified or address.is_link_local or documented):
                found.append((match.start(), match.end(), name))
    return found


_DOCUMENTATION = {
    "ipv4": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "255.255.255.255/32"),
    "ipv6": ("2001:db8::/32", "3fff::/20"),
}
"""https://www.rfc-editor.org/rfc/rfc5737 , rfc3849 and rfc9637."""
