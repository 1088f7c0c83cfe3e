"""MD-407: does an exemption give its reason, and does it still hold?

Looked at are the exemptions of the configuration and the inline ones in the workflows, actions, CODEOWNERS and gate
files, and in every other file that a rule has read. Silent: exemptions without an end, which are allowed; globs under a
rule's own `exempt`, which have no reason to give; markers that are not at the start of a comment.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.exemptions import inline_exemptions
from phase_mirror.rules.protocol import NotApplicable, actual, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.exemption import Exemption
    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.repository.exemptions import InlineExemption
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.protocol import Context, Verdict

_CONFIGURATION = """exemptions:
  - {{rule: MD-502, path: "docs/**", reason: "generated at build time", expires: {day}}}
"""

META = RuleMeta(
    id="MD-407",
    version="1.0",
    name="exemption-expired",
    title="An exemption without a reason, or past its last day",
    why=(
        "An exemption is a decision of somebody for a time. Without a reason nobody can tell later whether it still "
        "applies; past its last day it covers nothing, and its line promises what no longer holds."
    ),
    remediation="Write the reason, set a new last day after looking at it again, or take the exemption out.",
    sources=("https://github.com/phase-mirror/phase-mirror/blob/main/docs/reference/configuration.md",),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("configuration", "exemptions"),
    example_bad=((".phase-mirror.yml", _CONFIGURATION.format(day="2020-03-01")),),
    example_good=((".phase-mirror.yml", _CONFIGURATION.format(day="2999-03-01")),),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every exemption that is over, gives no reason, or is not written as one."""
    declared: tuple[Exemption, ...] = context.extra or ()
    written = inline_of(facts)
    if not declared and not written:
        return NotApplicable("no exemption is declared")
    found = [_configured(exemption, context.today) for exemption in declared]
    found += [_inline(exemption, context.today) for exemption in written]
    return [finding for finding in found if finding is not None]


def inline_of(facts: Snapshot) -> list[InlineExemption]:
    """Return the inline exemptions of the governed files and of all that was read already, in order of path."""
    _ = facts.workflows, facts.actions, facts.codeowners, facts.gates  # read now, so that their texts are known
    return [exemption for text in facts.texts() for exemption in inline_exemptions(text)]


def _configured(exemption: Exemption, today: str) -> Finding | None:
    """Judge an entry of `exemptions`."""
    what = f"the exemption of {exemption.rule} for '{exemption.path}'"
    path = exemption.span.path
    locator = f"exemptions[{exemption.rule} {exemption.path}]"
    if exemption.expired(today):
        return META.finding(
            f"{what[0].upper()}{what[1:]} is over",
            f"{what[0].upper()}{what[1:]} ended on {exemption.expires}, so it no longer covers anything.",
            actual(exemption.span, f"its last day was {exemption.expires}", locator=locator, value=exemption.expires),
            _norm(),
            remediation=f"Take it out of {path}, or set a new 'expires' once somebody has looked at it again.",
        )
    if exemption.reason.strip():
        return None
    return META.finding(
        f"{what[0].upper()}{what[1:]} gives no reason",
        f"{what[0].upper()}{what[1:]} gives no reason, so nobody can tell later whether it still applies.",
        actual(exemption.span, "no 'reason'", locator=locator, value="no reason"),
        _norm(),
        remediation=f"Add 'reason' to the entry in {path}.",
    )


def _inline(exemption: InlineExemption, today: str) -> Finding | None:
    """Judge a comment."""
    rules = ", ".join(exemption.rules)
    what = f"the exemption of {rules}" if rules else "an exemption"
    path, locator = exemption.span.path, f"ignore[{rules}]"
    if exemption.problem:
        title, message = f"{what} does not hold", f"It is written so that it covers nothing: {exemption.problem}."
        note, value, fix = "covers nothing", exemption.expires or "no rule", f"Mend or remove the comment in {path}."
    elif exemption.expired(today):
        title = f"{what} is over"
        message = f"It ended on {exemption.expires}, so it no longer covers anything."
        note, value = f"its last day was {exemption.expires}", exemption.expires
        fix = f"Remove the comment from {path}, or set a new 'until=' once somebody has looked at it again."
    elif not exemption.reason:
        title = f"{what} gives no reason"
        message = "It says what is let pass and not why, so nobody can tell later whether it still applies."
        note, value, fix = "no reason behind the brackets", "no reason", f"Write the reason into the comment in {path}."
    else:
        return None
    place = actual(exemption.span, note, locator=locator, value=value)
    return META.finding(f"{title[0].upper()}{title[1:]}", message, place, _norm(), remediation=fix)


def _norm() -> Evidence:
    return norm(META.sources[0], "an exemption says why, and holds until its last day")
