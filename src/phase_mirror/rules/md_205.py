"""MD-205: does a secret reach further than the work that needs it?

Three ways are judged: `secrets: inherit` to a reusable workflow of another owner that is not pinned by hash; a secret
handed to an action or reusable workflow of another owner that is not pinned; a secret in the `env` of the whole
workflow that one step of one job names, in a workflow of several jobs.

Silent: own, `actions/` and `github/` repositories, everything pinned and what must be used by tag, the job's own token,
a secret that the action's owner issued (`CODECOV_TOKEN` for `codecov/...`), a variable that tools read without its name
being written anywhere.
"""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.model.levels import Confidence, Severity, Standing
from phase_mirror.model.rule import RuleMeta
from phase_mirror.repository.formats.tree import Mapping, Scalar, entries_of, text_of
from phase_mirror.repository.workflows.facts import REMOTE
from phase_mirror.repository.workflows.uses import use_sites
from phase_mirror.rules.authority import secret_uses, secrets_in
from phase_mirror.rules.protocol import NotApplicable, actual, declared, norm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.model.finding import Finding
    from phase_mirror.repository.snapshot import Snapshot
    from phase_mirror.repository.workflows.facts import Job, Step, Workflow
    from phase_mirror.repository.workflows.uses import UseSite
    from phase_mirror.rules.authority import SecretUse
    from phase_mirror.rules.protocol import Context, Verdict

_WORKFLOW = """on: push
permissions: {{contents: read}}
jobs:
  release:
    runs-on: ubuntu-latest
    steps:
      - uses: somebody/deploy@{ref}
        with:
          key: ${{{{ secrets.DEPLOY_KEY }}}}
"""

META = RuleMeta(
    id="MD-205",
    version="1.0",
    name="secrets-beyond-need",
    title="A secret reaches further than the work that needs it",
    why=(
        "A tag or branch of somebody else's repository can be moved at any time, and then other code gets the secret. "
        "A secret in the environment of a whole workflow is in reach of every action and dependency of every job."
    ),
    remediation="Pin what gets the secret by commit hash, and give each secret to the one step that needs it.",
    sources=(
        "https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions",
        "https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows#passing-inputs-and-secrets-to-a-reusable-workflow",
        "https://docs.github.com/en/actions/reference/security/secure-use#use-secrets-for-sensitive-information",
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    standing=Standing.WARN,
    inputs=("workflows", "actions"),
    example_bad=((".github/workflows/release.yml", _WORKFLOW.format(ref="v2")),),
    example_good=(
        (".github/workflows/release.yml", _WORKFLOW.format(ref="8f4b7f84864484a7bf31766abe9204da3cbe65b3 # v2.1.0")),
    ),
)

TRUSTED_OWNERS = ("actions", "github")
"""Owners whose actions GitHub itself keeps."""

TAG_ONLY = ("slsa-framework/slsa-github-generator",)
"""Repositories whose workflows refuse to run by hash
(https://github.com/slsa-framework/slsa-github-generator#referencing-slsa-builders-and-generators)."""

ISSUERS = {
    "anthropics": ("claude",),
    "aws-actions": ("aws",),
    "google-github-actions": ("gcp", "google"),
    "hashicorp": ("tf", "tfe", "vault"),
    "slackapi": ("slack",),
}
"""Words by which owners name the secrets they issue, beside their own name."""


def check(facts: Snapshot, context: Context) -> Verdict:
    """Return a finding for every hand-over to an unpinned stranger and every secret spread for one step's sake."""
    del context  # no options, no policy
    sites = list(use_sites(facts))
    if not any(_any_secret(workflow) for workflow in facts.workflows.values()):
        return NotApplicable("no workflow uses a secret")
    found = [finding for site in sites if _is_stranger(facts, site) for finding in _handed_over(site)]
    for workflow in facts.workflows.values():
        found.extend(_spread(workflow))
    return found


def _any_secret(workflow: Workflow) -> bool:
    text = workflow.document.text
    if "secrets" not in text:
        return False
    inherits = any(text_of(job.node.get("secrets")) == "inherit" for job in workflow.jobs.values())
    return inherits or next(secret_uses(workflow.document, workflow.root), None) is not None


# -- to a stranger ----------------------------------------------------------------------------------------------------


def _is_stranger(facts: Snapshot, site: UseSite) -> bool:
    """Say whether what is used belongs to somebody else and can change; without a known owner nobody is a stranger."""
    reference = site.reference
    own = facts.setting.slug.partition("/")[0].lower()
    if reference.kind != REMOTE or reference.pinned or not own or reference.slug.lower() in TAG_ONLY:
        return False
    return reference.owner.lower() not in {own, *TRUSTED_OWNERS}


def _handed_over(site: UseSite) -> Iterator[Finding]:
    if site.step is None and site.job is not None and text_of(site.job.node.get("secrets")) == "inherit":
        yield _inherited(site)
        return
    keys = ("with", "env") if site.step is not None else ("with", "secrets")
    uses = [use for key in keys for use in secret_uses(site.document, site.node.get(key))]
    foreign = {use.name: use for use in uses if not _issued_by(use.name, site)}
    if foreign:
        yield _passed(site, foreign)


def _inherited(site: UseSite) -> Finding:
    node = site.job.node.get("secrets") if site.job is not None else None
    span = site.document.span(node) if node is not None else site.span
    return META.finding(
        f"Every secret is inherited by '{site.action}' at '{site.reference.ref}'",
        f"`secrets: inherit` hands every secret of the caller to '{site.action}' of another owner, named by "
        f"'{site.reference.ref}': whoever moves that reference gets them all.",
        declared(site.span, "not pinned by hash", locator=site.locator, value=f"{site.action}@{site.reference.ref}"),
        actual(span, "hands over every secret", locator=site.locator.replace(".uses", ".secrets"), value="inherit"),
        norm(META.sources[1], "how secrets are named one by one"),
        remediation=f"In {site.path}, name the secrets it needs one by one, and pin '{site.action}' to a commit hash.",
        confidence=Confidence.MEDIUM,
    )


def _passed(site: UseSite, foreign: dict[str, SecretUse]) -> Finding:
    names = sorted(foreign)
    first = foreign[names[0]]
    what = ("the secret " if len(names) == 1 else "the secrets ") + ", ".join(f"`{name}`" for name in names)
    return META.finding(
        f"'{site.action}' at '{site.reference.ref}' gets {what}",
        f"'{site.action}' belongs to another owner and is named by '{site.reference.ref}', which can be moved; whoever "
        f"moves it gets {what}.",
        declared(site.span, "not pinned by hash", locator=site.locator, value=f"{site.action}@{site.reference.ref}"),
        actual(
            site.document.span(first.scalar),
            "hands the secret over",
            locator=site.locator.replace(".uses", ".secrets"),
            value=",".join(names),
        ),
        norm(META.sources[0], "only a commit hash cannot be moved"),
        remediation=f"In {site.path}, pin '{site.action}' to the commit hash of '{site.reference.ref}'.",
    )


_GENERIC = frozenset({"action", "actions", "api", "app", "auth", "ci", "gh", "git", "github", "key", "secret", "token"})


def _issued_by(name: str, site: UseSite) -> bool:
    """Say whether a secret is named after who gets it, who then holds what it opens anyway."""
    owner = site.reference.owner.lower()
    plain = "".join(letter for letter in owner if letter.isalnum())
    words = [word for word in name.lower().split("_") if word not in _GENERIC]
    known = ISSUERS.get(owner, ())
    return any(word in known or (len(word) > 2 and (word in plain or plain in word)) for word in words)


# -- to a whole workflow ----------------------------------------------------------------------------------------------


def _spread(workflow: Workflow) -> Iterator[Finding]:
    """Yield a finding for every secret of the workflow's `env` that one step of one of several jobs alone names."""
    steps = [(job, step) for job in workflow.jobs.values() for step in job.steps]
    if len(workflow.jobs) < 2:
        return
    for key, value in entries_of(workflow.root.get("env")):
        if not isinstance(value, Scalar) or not secrets_in(value.value):
            continue
        name = key.value
        users = [(job, step) for job, step in steps if _names(step.node, name)]
        elsewhere = [job for job in workflow.jobs.values() if _names_outside_steps(job, name)]
        others = [entry for entry, node in entries_of(workflow.root.get("env")) if entry is not key and _in(node, name)]
        if len(users) == 1 and not elsewhere and not others and name.upper() not in IMPLICIT:
            yield _too_far(workflow, key, *users[0])


IMPLICIT = frozenset(
    {
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_SUBSCRIPTION_ID", "ARM_TENANT_ID", "GOOGLE_CREDENTIALS"),
        *("CARGO_REGISTRY_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "NODE_AUTH_TOKEN", "NPM_TOKEN", "TURBO_TOKEN"),
        *("CODECOV_TOKEN", "DATABASE_URL", "NX_CLOUD_ACCESS_TOKEN", "SENTRY_AUTH_TOKEN", "SSH_AUTH_SOCK"),
    }
)
"""Variables that common tools read by themselves, so that a step may use one without naming it."""


def _names(node: Mapping, name: str) -> bool:
    return any(isinstance(each, Scalar) and _in(each, name) for each in node.walk())


def _names_outside_steps(job: Job, name: str) -> bool:
    return any(_in(each, name) for key, value in job.node.entries if key.value != "steps" for each in value.walk())


def _in(node: object, name: str) -> bool:
    return isinstance(node, Scalar) and _mention(name).search(node.value) is not None


@cache
def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])")


def _too_far(workflow: Workflow, key: Scalar, job: Job, step: Step) -> Finding:
    name = key.value
    others = len(workflow.jobs) - 1
    node = step.run or step.uses or step.node
    return META.finding(
        f"The secret in '{name}' is in the environment of every job, and one step names it",
        f"`env` of the whole workflow gives '{name}' to every step of {others + 1} jobs, and only the step "
        f"'{step.label}' of the job '{job.id}' names it.",
        declared(workflow.span(node), "the one step that names it", locator=f"jobs.{job.id}.steps[{step.label}]"),
        actual(workflow.span(key), "in reach of every step of the workflow", locator=f"env.{name}", value=name),
        norm(META.sources[2], "secrets are best kept to the step that needs them"),
        remediation=f"In {workflow.path}, move '{name}' from the `env` of the workflow to the `env` of that step.",
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
    )
