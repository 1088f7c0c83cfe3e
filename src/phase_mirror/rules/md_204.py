"""MD-204: is an action used by tag or branch where the repository pins by commit hash?

That it pins is declared by `policy.pins`, by the Renovate set-up, or practised: nine in ten of the uses of third
parties, ten at least, are pinned.

Silent: local actions, images, the repository's own owner (unless the policy speaks), what must be used by tag, whom the
policy, Renovate or the practice leaves out. Dependabot is no declaration: it updates tags as well as hashes.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.finding import Edit
from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.workflows.facts import REMOTE
from phase_mirror.repository.workflows.uses import is_version, use_sites
from phase_mirror.rules.pin_practice import TAG_ONLY, known_hash, practice_of, third_parties, typical
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm
from phase_mirror.rules.renovate_pins import renovate_pins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Evidence, Finding
    from phase_mirror.model.policy import PinPolicy
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.uses import UseSite
    from phase_mirror.rules.pin_practice import Practice
    from phase_mirror.rules.protocol import Context, Verdict
    from phase_mirror.rules.renovate_pins import RenovatePins

_HASH = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"
_WORKFLOW = """on: push
permissions: {{contents: read}}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/setup@{ref}
      - run: make test
"""
_RENOVATE = '{"extends": ["config:recommended", "helpers:pinGitHubActionDigests"]}\n'

META = RuleMeta(
    id="MD-204",
    version="1.0",
    name="action-pin-against-policy",
    title="An action is used by tag where the repository pins by hash",
    why=(
        "A tag or a branch can be moved to other code at any time, and a repository that pins its actions by hash has "
        "decided not to trust that. One use that was left out is the way in that the others close."
    ),
    remediation="Name the commit hash of the tag, with the tag as a comment behind it.",
    sources=(
        "https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions",
        "https://docs.renovatebot.com/presets-helpers/#helperspingithubactiondigests",
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("workflows", "actions", "policy"),
    example_bad=((".github/workflows/ci.yml", _WORKFLOW.format(ref="v2")), ("renovate.json", _RENOVATE)),
    example_good=(
        (".github/workflows/ci.yml", _WORKFLOW.format(ref=f"{_HASH} # v2.1.0")),
        ("renovate.json", _RENOVATE),
    ),
)

BRANCHES = frozenset({"main", "master", "develop", "dev", "trunk", "head", "nightly", "latest"})
"""Refs that name no version, whether branch or moving tag."""


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every use that is looser than the repository declares or practises."""
    sites = [site for site in use_sites(facts) if site.reference.kind == REMOTE]
    if not sites:
        return NotApplicable("no action of another repository is used")
    pins = context.policy.pins
    if pins is not None:
        if pins.actions.value == "any":
            return NotApplicable("the policy asks for no pins")
        return [_against_policy(pins, site, sites) for site in sites if _breaks(pins, site)]
    others = third_parties(sites, facts.setting.slug)
    renovate = renovate_pins(facts)
    practice = practice_of(others, owner_known=bool(facts.setting.slug))
    if renovate is None and practice is None:
        return NotApplicable("the repository neither declares nor practises pinning by hash")
    exempt = practice.exempt if practice and not renovate else frozenset()
    left = renovate.exempt if renovate else ()
    return [
        _against_renovate(renovate, site, sites) if renovate else _against_practice(practice, site, sites)
        for site in others
        if not site.reference.pinned
        and site.reference.owner.lower() not in exempt
        and not any(_matches(glob, site.reference.slug) for glob in left)
    ]


def _breaks(pins: PinPolicy, site: UseSite) -> bool:
    """Say whether a use is looser than the policy."""
    reference = site.reference
    if reference.pinned or reference.slug.lower() in TAG_ONLY:
        return False
    if any(_matches(glob.value, reference.slug) for glob in pins.exempt):
        return False
    return pins.actions.value == "sha" or (reference.ref.lower() in BRANCHES and not is_version(reference.ref))


def _matches(glob: str, slug: str) -> bool:
    return _glob(glob.lower()).fullmatch(slug.lower()) is not None


@cache
def _glob(text: str) -> re.Pattern[str]:
    """Compile a glob of `owner/name`: `*` is any text without a slash, `**` any text; an owner alone is all of it."""
    parts = re.split(r"(\*+)", text if "/" in text or "*" in text else f"{text}/*")
    return re.compile("".join(_stars(part) if part[:1] == "*" else re.escape(part) for part in parts))


def _stars(text: str) -> str:
    return ".*" if len(text) > 1 else "[^/]*"


def _against_policy(pins: PinPolicy, site: UseSite, sites: list[UseSite]) -> Finding:
    level = pins.actions.value
    wanted = "a commit hash" if level == "sha" else "a version tag or a commit hash"
    side = declared(pins.actions.span, f"asks for {wanted}", locator="policy.pins.actions", value=level)
    return _finding(site, side, f"the policy asks for {wanted}", sites, Confidence.HIGH)


def _against_renovate(pins: RenovatePins, site: UseSite, sites: list[UseSite]) -> Finding:
    side = declared(pins.span, "has actions pinned by hash", locator=pins.key, value=pins.value)
    return _finding(site, side, f"{pins.span.path} has Renovate pin actions by hash", sites, Confidence.MEDIUM)


def _against_practice(practice: Practice | None, site: UseSite, sites: list[UseSite]) -> Finding:
    if practice is None:  # pragma: no cover - one of the two is there when a use is judged
        raise AssertionError
    example = typical(practice.pinned, site)
    side = declared(example.span, "pinned by hash, as the others are", locator="practice", value="sha")
    reason = f"{len(practice.pinned)} of {practice.total} uses of other owners are pinned by hash"
    return _finding(site, side, reason, sites, Confidence.MEDIUM)


def _finding(site: UseSite, side: Evidence, reason: str, sites: list[UseSite], confidence: Confidence) -> Finding:
    reference = site.reference
    ref = f"'{site.action}' at '{reference.ref}'"
    digest = known_hash(sites, site)
    if digest:
        how = f"In {site.path}, write `{site.action}@{digest} # {reference.ref}`, the hash used elsewhere here."
    else:
        how = (
            f"In {site.path}, write the commit hash of '{reference.ref}' instead, with `# {reference.ref}` behind it: "
            f"`gh api repos/{reference.slug}/commits/{reference.ref} --jq .sha` prints it, and so does a pin tool."
        )
    return META.finding(
        f"{ref} is not pinned by hash",
        f"{ref} can be moved to other code by its owner, while {reason}.",
        side,
        actual(site.span, "not a commit hash", locator=site.locator, value=reference.raw),
        norm(META.sources[0], "only a full commit hash cannot be moved"),
        remediation=how,
        confidence=confidence,
        edits=_edits(site, digest),
    )


def _edits(site: UseSite, digest: str) -> tuple[Edit, ...]:
    """Offer the hash that the repository names itself, where nothing else stands on the line."""
    scalar = site.scalar
    behind = site.document.line(scalar.end_line)[scalar.end_column - 1 :]
    if not digest or scalar.line != scalar.end_line or behind.strip() or scalar.style in {"|", ">"}:
        return ()
    quote = scalar.style
    return (Edit(site.span, f"{quote}{site.action}@{digest}{quote} # {site.reference.ref}"),)
