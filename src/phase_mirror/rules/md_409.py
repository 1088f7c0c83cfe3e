"""MD-409: does the change itself weaken what governs changes?

Compared are the tip of the base branch and the change: the tool's configuration, inline exemptions, CODEOWNERS, the
declared gate, and the workflows that run the tool. What the merge base has as well, the change did not do. A value
without an order ("changed") and a new inline exemption, which covers nothing until it is merged, are low and never
block. Silent: whatever gets stronger. Not looked at yet: claims in documents, drift baselines.
"""

from __future__ import annotations

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.model.span import Span
from phase_mirror.repository.exemptions import MARKER, inline_exemptions
from phase_mirror.rules.governance import Loss, on_base, on_head
from phase_mirror.rules.md_407 import inline_of
from phase_mirror.rules.protocol import NotApplicable, NotAvailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.model.policy import Policy
    from phase_mirror.model.weakening import Weakening
    from phase_mirror.repository.exemptions import InlineExemption
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.governance import GovernanceChange
    from phase_mirror.rules.protocol import Context, Verdict

_GUIDE = "https://docs.github.com/en/repositories/"
_CODEOWNERS = "/src/ @acme/platform\n/.github/ @acme/security\n"

META = RuleMeta(
    id="MD-409",
    version="1.0",
    name="governance-weakened",
    title="The change weakens what governs changes",
    why=(
        "Whoever writes a change must not loosen the rules it is judged by in passing: an owner taken away, a check no "
        "longer required or a rule switched off lets the next change through unseen."
    ),
    remediation=(
        "Take the weakening out of the change. Where it is meant, let somebody who answers for the gate merge it by "
        "itself, over the block."
    ),
    sources=(
        f"{_GUIDE}managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners",
        f"{_GUIDE}configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets",
    ),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.BLOCKING,
    inputs=("configuration", "exemptions", "codeowners", "gates", "workflows", "base"),
    example_bad=(
        ("base/.github/CODEOWNERS", _CODEOWNERS),
        ("base/.github/labels.yml", "[]\n"),
        (".github/CODEOWNERS", _CODEOWNERS.partition("\n")[0] + "\n"),
        (".github/labels.yml", "[]\n"),
    ),
    example_good=(
        ("base/.github/CODEOWNERS", _CODEOWNERS),
        ("base/.github/labels.yml", "[]\n"),
        (".github/CODEOWNERS", _CODEOWNERS.replace("@acme/security", "@acme/platform")),
        (".github/labels.yml", "[]\n"),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for everything that governs on the base and less, or not, once the change is merged."""
    base = context.base
    if base is None:
        return NotAvailable("the base of the change is not known, so there is nothing to compare with")
    change: GovernanceChange | None = context.extra
    found = list(_configuration(change)) if change else []
    losses = _losses(facts, base, context.policy)
    if change and change.before is not None and losses:
        before = {loss.key for loss in _losses(facts, change.before, context.policy)}
        losses = [loss for loss in losses if loss.key in before]
    if not losses and not found and not _governed(base):
        return NotApplicable("nothing on the base governs changes: no configuration, owners, gate, or call of the tool")
    return [_finding(loss) for loss in (*found, *losses)]


def _governed(base: Snapshot) -> bool:
    from phase_mirror.rules.own_calls import speaks_of_us  # noqa: PLC0415 - as in _losses

    configured = any(path in base.files for path in (".phase-mirror.yml", ".github/phase-mirror.yml"))
    return configured or base.codeowners is not None or bool(base.gates) or speaks_of_us(base)


def _losses(head: Snapshot, base: Snapshot, policy: Policy) -> list[Loss]:
    # only runs with a base compare anything; the others need not pay for these imports
    from phase_mirror.rules.lost_calls import lost_calls  # noqa: PLC0415 - see above
    from phase_mirror.rules.lost_gate import lost_gate  # noqa: PLC0415 - see above
    from phase_mirror.rules.lost_owners import lost_owners  # noqa: PLC0415 - see above

    return [*lost_owners(head, base, policy), *lost_gate(head, base), *lost_calls(head, base), *_exempted(head, base)]


def _finding(loss: Loss) -> Finding:
    return META.finding(
        loss.title,
        loss.message,
        *loss.sides,
        remediation=loss.fix,
        confidence=loss.confidence,
        severity=loss.severity,
    )


# -- the configuration ------------------------------------------------------------------------------------------------


def _configuration(change: GovernanceChange) -> Iterator[Loss]:
    """Yield what the change does to the tool's own configuration."""
    if change.invalid:
        place = change.invalid_at or Span.of_file(".phase-mirror.yml")
        yield Loss(
            key=("configuration", "invalid"),
            title=f"The change makes the configuration in {place.path} invalid",
            message=f"Once merged, built-in defaults would apply in its place: {change.invalid}",
            was=None,
            now=on_head(place, "this is refused", locator="configuration", value="invalid"),
            fix=f"Mend {place.path}; check it with `phase-mirror config validate`.",
        )
    for weakening in change.weakenings:
        yield _weakening(weakening)


def _weakening(one: Weakening) -> Loss:
    """Return the loss of one setting; one without an order is low."""
    if one.before and one.after:
        does = f"goes from '{one.before}' to '{one.after}'"
    else:
        does = f"loses '{one.before}'" if one.before else f"gets '{one.after}'"
    judged = "weaker" if one.known else "another, and nobody can say whether it is weaker"
    path = (one.span_after or one.span_before or Span.of_file(".phase-mirror.yml")).path
    return Loss(
        key=("configuration", one.key),
        title=f"'{one.key}' {does}",
        message=(
            f"The change makes the configuration {judged}: '{one.key}' {does}. Until it is merged, what the base says "
            "applies."
        ),
        was=on_base(one.span_before, "on the base", locator=one.key, value=one.before) if one.span_before else None,
        now=_now(one, does),
        fix=f"Put '{one.key}' back in {path}.",
        severity=Severity.HIGH if one.known else Severity.LOW,
    )


def _now(one: Weakening, does: str) -> Evidence | None:
    """Return the head's side; a setting that is gone from the file is shown on the base alone."""
    if one.span_after is not None:
        return on_head(one.span_after, does, locator=one.key, value=one.after)
    if one.span_before is None:  # it holds by a default on both sides: the file itself is what changed
        return on_head(Span.of_file(".phase-mirror.yml"), does, locator=one.key, value=one.after)
    return None


# -- inline exemptions ------------------------------------------------------------------------------------------------


def _exempted(head: Snapshot, base: Snapshot) -> Iterator[Loss]:
    """Yield the inline exemptions that the change adds."""
    left: dict[str, list[tuple[str, ...]]] = {}
    for exemption in inline_of(head):
        path = exemption.span.path
        if path not in left:
            left[path] = _written(base, path)
        if exemption.rules in left[path]:
            left[path].remove(exemption.rules)
        elif not exemption.problem:
            yield _exemption(exemption)


def _written(base: Snapshot, path: str) -> list[tuple[str, ...]]:
    """Return the rules of every inline exemption of a file of the base."""
    text = base.text(path) if path in base.files else None
    return [each.rules for each in inline_exemptions(text)] if text is not None and MARKER in text.text else []


def _exemption(exemption: InlineExemption) -> Loss:
    rules = ", ".join(exemption.rules)
    path = exemption.span.path
    return Loss(
        key=("exemption", path, rules),
        title=f"An exemption of {rules} is added",
        message=(
            "An inline exemption covers only what is on the base as well, unless the configuration accepts new ones. "
            "Once merged, it hides from scheduled runs what it stands above."
        ),
        was=None,
        now=on_head(exemption.span, "added by this change", locator=f"ignore[{rules}]", value="added"),
        fix=f"Let an owner look at it, or mend what it exempts and remove the comment from {path}.",
        severity=Severity.LOW,
    )
