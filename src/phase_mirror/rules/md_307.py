"""MD-307: does one commit hash carry two different version comments?

Only full versions (`v4.2.1`) are compared: `v4` beside `v4.2.1`, a branch name or a variant such as `v4.2.1-node20` can
all be true of one commit, and stay silent. A hash is compared within one action repository.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.workflows.facts import REMOTE
from phase_mirror.repository.workflows.uses import use_sites
from phase_mirror.rules.protocol import NotApplicable, actual, declared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.uses import UseSite
    from phase_mirror.rules.protocol import Context, Verdict

_HASH = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"
_WORKFLOW = """on: push
permissions: {{contents: read}}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/setup@{hash} # {version}
      - run: make test
"""

META = RuleMeta(
    id="MD-307",
    version="1.0",
    name="pin-comment-disagrees",
    title="One commit hash, two version comments",
    why=(
        "An action pinned by hash is read by its comment: people and update bots take the version from it. When the "
        "same hash is called two different versions in one repository, at least one comment is wrong, and a review of "
        "the next update starts from a false version."
    ),
    remediation="Find the tag of the hash (`git ls-remote --tags`) and write it behind every use of the hash.",
    sources=(
        "https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions",
        "https://docs.renovatebot.com/modules/manager/github-actions/#digest-pinning-and-updating",
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("workflows", "actions"),
    example_bad=(
        (".github/workflows/ci.yml", _WORKFLOW.format(hash=_HASH, version="v2.1.0")),
        (".github/workflows/release.yml", _WORKFLOW.format(hash=_HASH, version="v2.3.0")),
    ),
    example_good=(
        (".github/workflows/ci.yml", _WORKFLOW.format(hash=_HASH, version="v2.3.0")),
        (".github/workflows/release.yml", _WORKFLOW.format(hash=_HASH, version="v2")),
    ),
)


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every use whose comment differs from the one its hash has most often."""
    del context  # no options, no policy
    by_hash: dict[tuple[str, str], dict[str, list[UseSite]]] = {}
    for site in use_sites(facts):
        reference = site.reference
        version = _version(site.comment) if reference.kind == REMOTE and reference.pinned else ""
        if version:
            key = (reference.slug.lower(), reference.ref.lower())
            by_hash.setdefault(key, {}).setdefault(version, []).append(site)
    if not by_hash:
        return NotApplicable("no action is pinned by hash with a full version in its comment")
    return [finding for versions in by_hash.values() if len(versions) > 1 for finding in _disagreeing(versions)]


def _version(comment: str) -> str:
    """Return the version without `v` that a comment names at its start, also behind `tag=` or `owner/name@`."""
    match = _comment_shape().match(comment)
    return match.group(1) if match else ""


@cache
def _comment_shape() -> re.Pattern[str]:
    return re.compile(r"(?:[\w-]+: *)?(?:tag=|[\w./-]+@)?v?(\d+\.\d+\.\d+)(?=[\s,;)]|$)")


def _disagreeing(versions: dict[str, list[UseSite]]) -> list[Finding]:
    """Compare every rarer version with the commonest one; the first seen wins a tie."""
    commonest = max(versions, key=lambda version: len(versions[version]))
    example = versions[commonest][0]
    return [
        _finding(example, site, commonest, version)
        for version, sites in versions.items()
        if version != commonest
        for site in sites
    ]


def _finding(example: UseSite, site: UseSite, commonest: str, version: str) -> Finding:
    short = site.reference.ref[:12]
    slug = site.reference.slug
    return META.finding(
        f"'{slug}' at {short} is called {version} here and {commonest} elsewhere",
        f"The commit {short} of '{slug}' is commented as {version} here and as {commonest} in {example.path}. One "
        "commit is one version, so at least one comment is wrong.",
        declared(example.comment_span, f"called {commonest} here", locator=example.locator, value=commonest),
        actual(site.comment_span, f"the same hash, called {version}", locator=site.locator, value=f"{short} {version}"),
        remediation=(
            f"Look up the tag of {short} with `git ls-remote --tags https://github.com/{slug}` and correct the comment "
            f"in {site.path} or in {example.path}."
        ),
    )
