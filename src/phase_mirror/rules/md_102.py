"""MD-102: does the merge gate allow what the declared policy forbids?

Only `policy.gate` is the declared side, and only the union of all GitHub layers of the branch is the actual one: what
one layer leaves out another may hold. Silent: a repository without a declared policy; one whose files declare no gate,
since it may live in the settings alone (not available); a linear history kept by switched-off merge commits; a bypass
whose layer is repeated by one without it; a queue or check that Mergify or Bors keeps. What a file says outright is
sure; what it leaves out may be held elsewhere and has medium confidence, or low while some layer is in doubt.
"""

from __future__ import annotations

from phase_mirror.model.glob import matches
from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.gates.model import DISABLED, EVALUATE, GITHUB_KINDS
from phase_mirror.repository.gates.union import effective, protected_branches
from phase_mirror.rules.gate_policy import holds, wants
from phase_mirror.rules.protocol import NotApplicable, NotAvailable, actual, declared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Finding
    from phase_mirror.model.policy import GatePolicy
    from phase_mirror.repository.gates.model import Bypass, Gate
    from phase_mirror.repository.gates.union import EffectiveGate
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.rules.gate_policy import Want
    from phase_mirror.rules.protocol import Context, Verdict

_GUIDE = "https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/"
_LAYERS_URL = f"{_GUIDE}managing-rulesets/about-rulesets#about-rule-layering"
_PROTECTED_URL = f"{_GUIDE}managing-protected-branches/about-protected-branches"

_POLICY = """policy:
  gate: {branch: main, reviews: 1, admin_bypass: false}
"""
_RULESET = """{{
  "name": "main", "target": "branch", "enforcement": "active",
  "conditions": {{"ref_name": {{"include": ["refs/heads/main"], "exclude": []}}}},
  "bypass_actors": [],
  "rules": [{{"type": "pull_request", "parameters": {{"required_approving_review_count": {count}}}}}]
}}
"""

META = RuleMeta(
    id="MD-102",
    version="1.0",
    name="gate-weaker-than-policy",
    title="The merge gate allows what the policy forbids",
    why=(
        "The policy tells auditors and contributors what every change has gone through. Where the gate lets a change "
        "pass without it, the promise depends on everybody's good manners."
    ),
    remediation="Tighten the gate to what the policy says, or change the policy to what is meant.",
    sources=(_LAYERS_URL, _PROTECTED_URL),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("gates", "policy"),
    example_bad=((".phase-mirror.yml", _POLICY), (".github/rulesets/main.json", _RULESET.format(count=0))),
    example_good=((".phase-mirror.yml", _POLICY), (".github/rulesets/main.json", _RULESET.format(count=1))),
)

_ADMINS = frozenset({"admin", "organization_admin"})
_STATES = {EVALUATE: "only evaluated", DISABLED: "disabled"}
_PEOPLE = frozenset({"role", "team", "user"})
"""Others who may bypass; apps and deploy keys are automation, of which the policy does not speak."""


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every item of the policy that the effective gate of its branch does not hold."""
    policy = context.policy.gate
    if policy is None:
        return NotApplicable("no policy.gate is declared")
    gates = [gate for gate in facts.gates if not gate.template]
    if not any(gate.kind in GITHUB_KINDS for gate in gates):
        return NotAvailable("no file declares a merge gate of GitHub, so what enforces the policy cannot be seen")
    branches = _branches(policy, gates, facts.default_branch)
    if not branches:
        return NotAvailable("the branch of policy.gate is not known")
    found: list[Finding] = []
    unseen = ""
    for branch in branches:
        gate = effective(gates, branch, facts.default_branch)
        if not gate.exists and not gate.idle and gate.doubtful:
            unseen = f"no file surely declares the gate of '{branch}'"
        elif not gate.exists:
            found.append(_unprotected(policy, gate, gates))
        else:
            found += [_finding(policy, gate, want) for want in wants(policy, gate, facts) if want.held is False]
            found += _bypasses(policy, gate, facts)
    return NotAvailable(unseen) if unseen and not found else found


def _branches(policy: GatePolicy, gates: list[Gate], default: str | None) -> list[str]:
    """Return the branches the policy speaks of: the default one, a named one, or those of its glob that gates name."""
    if policy.branch is None:
        return [default] if default else []
    glob = policy.branch.value
    if not any(char in glob for char in "*?"):
        return [glob]
    return [name for name in protected_branches(gates, default) if matches(glob, name)]


def _unprotected(policy: GatePolicy, gate: EffectiveGate, gates: list[Gate]) -> Finding:
    """Return the finding for a branch that no active layer covers."""
    if gate.idle:
        idle = gate.idle[0]
        word = _STATES.get(idle.enforcement.value, "not enforced")
        return META.finding(
            f"The gate of '{gate.branch}' is {word}, and the policy counts on it",
            f"policy.gate says what '{gate.branch}' must go through. The only gate in the repository that covers it, "
            f"'{idle.name}' in {idle.path}, is {word}, so nothing is enforced.",
            declared(policy.span, "what the gate must enforce", locator="policy.gate", value=gate.branch),
            actual(idle.enforcement.span, f"{word}: nothing is enforced", locator=idle.enforcement.locator, value=word),
            remediation=f"Set '{idle.enforcement.locator}' in {idle.path} to active.",
        )
    other = next(item for item in gates if item.kind in GITHUB_KINDS)
    return META.finding(
        f"No gate in the repository covers '{gate.branch}', and the policy counts on one",
        f"policy.gate says what '{gate.branch}' must go through. The files that declare gates, such as {other.path}, "
        "cover other branches only.",
        declared(policy.span, "what the gate must enforce", locator="policy.gate", value=gate.branch),
        actual(other.span, f"covers '{other.name}', not '{gate.branch}'", locator=other.locator, value=other.name),
        remediation=f"Add '{gate.branch}' to the branches of {other.path}, or declare its gate in a file of its own.",
        confidence=Confidence.MEDIUM,
    )


def _finding(policy: GatePolicy, gate: EffectiveGate, want: Want) -> Finding:
    """Return the finding for one item; an idle layer of the branch is named, as it may be the one that was meant."""
    layer = gate.layers[0]
    idle = f" The ruleset '{gate.idle[0].name}' is not enforced." if gate.idle else ""
    sure = Confidence.HIGH if want.at is not None else Confidence.MEDIUM
    place = actual(
        want.at or layer.span,
        want.found if want.at is not None else f"the gate of '{gate.branch}' {want.found}",
        locator=want.locator or layer.locator,
        value=f"{want.key}={want.value}",
    )
    return META.finding(
        f"The gate of '{gate.branch}' {want.found}, the policy wants {want.wanted}",
        f"policy.gate wants {want.wanted} for '{gate.branch}'. By {_files(gate)}, its gate {want.found}.{idle}",
        declared(want.span, f"{want.wanted} wanted", locator=f"policy.gate.{want.key}", value=want.wanted),
        place,
        remediation=want.fix
        or f"In {layer.path}, require {want.wanted} for '{gate.branch}', or change {policy.span.path}.",
        confidence=sure if gate.complete else Confidence.LOW,
    )


def _files(gate: EffectiveGate) -> str:
    return " and ".join(dict.fromkeys(layer.path for layer in gate.layers))


def _bypasses(policy: GatePolicy, gate: EffectiveGate, facts: Snapshot) -> Iterator[Finding]:
    """Yield a finding for everybody whom the policy holds and a layer lets through, unless other layers hold him."""
    if policy.admin_bypass is None or policy.admin_bypass.value:
        return
    for layer, bypass in gate.bypasses:
        if bypass.covers != "gate" or bypass.actor not in _ADMINS | _PEOPLE:
            continue
        rest = [other for other in gate.layers if not any(_same_actor(item, bypass) for item in other.bypasses)]
        if rest and holds(effective(rest, gate.branch, facts.default_branch), gate):
            continue
        who = _actor(bypass)
        sure = Confidence.HIGH if bypass.actor in _ADMINS else Confidence.MEDIUM
        yield META.finding(
            f"The gate of '{gate.branch}' lets {who} bypass it, the policy forbids that",
            f"policy.gate allows no bypass, and '{layer.name or layer.path}' in {layer.path} does not hold {who}"
            f"{' while merging a pull request' if bypass.mode == 'pull_request' else ''}.",
            declared(policy.admin_bypass.span, "no bypass", locator="policy.gate.admin_bypass", value="false"),
            actual(bypass.span, f"{who} not held", locator=bypass.locator, value=f"{bypass.actor}:{bypass.name}"),
            remediation=(
                f"Set '{bypass.locator}' in {layer.path} to true."
                if layer.enforce_admins is not None
                else f"Remove {who} from the bypass actors of {layer.path}, or set policy.gate.admin_bypass to true."
            ),
            confidence=sure if gate.complete else Confidence.LOW,
        )


def _same_actor(one: Bypass, other: Bypass) -> bool:
    return (one.actor, one.name) == (other.actor, other.name)


def _actor(bypass: Bypass) -> str:
    """Return who bypasses in words."""
    if bypass.actor in _ADMINS:
        return "administrators" if bypass.actor == "admin" else "organization administrators"
    return f"the {bypass.actor} '{bypass.name}'"
