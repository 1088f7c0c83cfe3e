"""What a merge gate says, as records in which every value keeps its place.

One gate is one layer: one ruleset, one protected branch, one queue rule. Layers add up (`union.effective`), so a record
never speaks for the whole gate of a branch.
"""

from __future__ import annotations

from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.model.span import Span
    from phase_mirror.repository.formats.document import Document

RULESET = "ruleset"
BRANCH_PROTECTION = "branch_protection"
SETTINGS = "settings"
SAFE_SETTINGS = "safe_settings"
ASF = "asf"
MERGIFY = "mergify"
BORS = "bors"

GITHUB_KINDS = frozenset({RULESET, BRANCH_PROTECTION, SETTINGS, SAFE_SETTINGS, ASF})
"""Kinds whose layers GitHub itself enforces; Mergify and Bors enforce conditions of their own on top."""

ACTIVE = "active"
EVALUATE = "evaluate"
DISABLED = "disabled"

BRANCH = "branch"
TAG = "tag"
PUSH = "push"

ANY_APP = -1
"""A check that any app may report; GitHub's own number for it
(https://docs.github.com/en/rest/branches/branch-protection#update-branch-protection, `app_id`)."""

GITHUB_ACTIONS = 15368
"""The GitHub Actions app. CodeQL default set-up, Pages deployments, Dependabot jobs and whatever a workflow's token
reports come from it too (https://api.github.com/apps/github-actions)."""

LITERAL = "literal"
LIKE = "like"
REGEX = "regex"


class Value(Record):
    """A value as the gate declares it.

    Attributes:
        value: what it says.
        span: where it stands; of the key where the value has no text of its own.
        locator: its structural place, such as `rules[pull_request].parameters.require_code_owner_review`.
    """

    value: object
    span: Span
    locator: str


class Flag(Value):
    """A declared boolean; null counts as false, which is how the APIs read it."""

    value: bool


class Count(Value):
    """A declared whole number."""

    value: int


class Word(Value):
    """A declared text."""

    value: str


class RequiredCheck(Record):
    """A check that must have succeeded.

    Attributes:
        context: its name as declared; a pattern when `pattern` says so.
        span: where the name stands.
        locator: its structural place.
        document: the file, for reading around the name.
        integration: the app that must report it: its id, ANY_APP, or None when the declaration is silent.
        app: the slug of that app where the declaration names one, else empty.
        pattern: LITERAL; LIKE, an SQL pattern with `%` (Bors); REGEX, a regular expression (Mergify).
        occasion: where it must report: `pull_request`, or `staging` for Bors, which waits for pushes to its own branch.
    """

    context: str
    span: Span
    locator: str
    document: Document
    integration: int | None = None
    app: str = ""
    pattern: str = LITERAL
    occasion: str = "pull_request"

    def accepts(self, name: str) -> bool | None:
        """Say whether a check of this name is the one meant; None when the pattern is beyond us."""
        if self.pattern == LITERAL:
            return name == self.context
        from phase_mirror.repository.gates.patterns import like_matches, regex_matches  # noqa: PLC0415 - patterns are rare

        return like_matches(self.context, name) if self.pattern == LIKE else regex_matches(self.context, name)


class BranchPattern(Record):
    """One entry of the branches a gate covers.

    Attributes:
        text: as declared.
        span: where.
        kind: `ref` (ruleset pattern: `refs/heads/x`, `~DEFAULT_BRANCH`, `~ALL`, wildcards), `name` (one branch, no
            wildcards), `regex` or `unknown` (a condition not understood here).
    """

    text: str
    span: Span
    kind: str = "ref"

    def matches(self, branch: str, default_branch: str | None) -> bool | None:
        """Say whether the entry covers a branch; None when that depends on what is unknown."""
        if self.kind == "unknown":
            return None
        if self.kind == "name":
            return self.text == branch
        if self.kind == "regex":
            from phase_mirror.repository.gates.patterns import regex_matches  # noqa: PLC0415 - patterns are rare

            return regex_matches(self.text, branch)
        from phase_mirror.repository.globs.refs import DEFAULT_BRANCH, RefPattern  # noqa: PLC0415 - only where asked

        pattern = RefPattern(self.text)
        if pattern.problem or (self.text == DEFAULT_BRANCH and default_branch is None):
            return None
        return pattern.matches(branch, default_branch)

    @property
    def literal(self) -> str | None:
        """Return the one branch the entry names, None for a pattern."""
        if self.kind == "name":
            return self.text
        if self.kind != "ref" or self.text.startswith("~") or any(char in self.text for char in "*?[]{}\\"):
            return None
        return self.text.removeprefix("refs/heads/")


class Bypass(Record):
    """Somebody whom the gate does not hold.

    Attributes:
        actor: `admin`, `organization_admin`, `role`, `team`, `user`, `app` or `deploy_key`.
        name: login, slug or number, empty for a kind that has none.
        mode: `always`, `pull_request` (only while merging a pull request) or `exempt`.
        span: where it is allowed; the gate itself when silence allows it.
        locator: its structural place.
        covers: `gate`, or `reviews` when only the pull request requirement is lifted.
    """

    actor: str
    name: str
    mode: str
    span: Span
    locator: str
    covers: str = "gate"


class Reviews(Record):
    """The pull request requirement; its presence alone forbids direct pushes.

    Attributes:
        span: the rule or section.
        locator: its structural place.
        count: approving reviews.
        code_owner: a code owner must approve.
        dismiss_stale: a push dismisses approvals.
        last_push: somebody else must approve the last push.
        merge_methods: the ways to merge that are allowed, of `merge`, `squash` and `rebase`; empty where not said.
    """

    span: Span
    locator: str
    count: Count | None = None
    code_owner: Flag | None = None
    dismiss_stale: Flag | None = None
    last_push: Flag | None = None
    merge_methods: tuple[str, ...] = ()


class MergeQueue(Record):
    """A merge queue: the rule and its parameters as declared."""

    span: Span
    locator: str
    settings: dict[str, Value]


class IgnoredKey(Record):
    """A key that looks like a required check and stands where nothing reads it.

    Attributes:
        key: the key.
        span: where it stands.
        locator: its structural place.
        reason: why it has no effect, a clause such as "only `required_status_checks` is read here".
    """

    key: str
    span: Span
    locator: str
    reason: str


class Gate(Record):
    """One layer of a merge gate.

    Attributes:
        kind: RULESET, BRANCH_PROTECTION, SETTINGS, SAFE_SETTINGS, ASF, MERGIFY or BORS.
        path: the file.
        document: the file with its tree.
        name: how its owner calls it: the ruleset, the branch, the queue or rule.
        span: where it is declared: its name or key.
        locator: its structural place in the file, empty for a file that is the gate.
        enforcement: ACTIVE, EVALUATE or DISABLED with its place; empty where a ruleset does not say, so that the API
            would refuse it.
        target: BRANCH, TAG or PUSH.
        include, exclude: the branches covered.
        checks: the required checks.
        checks_at: the list of checks or its key, None without one; an empty list leaves `checks` empty.
        strict: the branch must be up to date.
        reviews: the pull request requirement, None without one.
        bypasses: whom it does not hold.
        enforce_admins: administrators are held too (classic protection).
        linear_history, signatures, conversation_resolution: required.
        force_pushes, deletions: allowed.
        locked: the branch is read-only.
        merge_queue: the queue, None without one.
        restrictions: who alone may push, None without such a limit.
        workflows: paths of workflows that a ruleset requires to succeed.
        ignored_keys: keys written where nothing reads them.
        classic: the layer is classic branch protection, which forbids force pushes and deletions where it is silent; a
            ruleset forbids only what it names.
        template: nobody applies this file: it is an example, a template, documentation.
        branch_assumed: the file names no branch; the default branch is meant, most likely.
        partial: further settings come from elsewhere (`extends`), so what is missing here may stand there.
        doubt: why it is not certain that the gate governs this repository; empty when it is.
        number: the id that GitHub gave a ruleset, where the file was exported; empty otherwise.
    """

    kind: str
    path: str
    document: Document
    name: str
    span: Span
    locator: str
    enforcement: Word
    target: str = BRANCH
    include: tuple[BranchPattern, ...] = ()
    exclude: tuple[BranchPattern, ...] = ()
    checks: tuple[RequiredCheck, ...] = ()
    checks_at: Span | None = None
    strict: Flag | None = None
    reviews: Reviews | None = None
    bypasses: tuple[Bypass, ...] = ()
    enforce_admins: Flag | None = None
    linear_history: Flag | None = None
    signatures: Flag | None = None
    conversation_resolution: Flag | None = None
    force_pushes: Flag | None = None
    deletions: Flag | None = None
    locked: Flag | None = None
    merge_queue: MergeQueue | None = None
    restrictions: Value | None = None
    workflows: tuple[Word, ...] = ()
    ignored_keys: tuple[IgnoredKey, ...] = ()
    classic: bool = False
    template: bool = False
    branch_assumed: bool = False
    partial: bool = False
    doubt: str = ""
    number: str = ""

    @property
    def certain(self) -> bool:
        """Say whether the gate is known to govern this repository."""
        return not self.doubt

    @property
    def active(self) -> bool:
        """Say whether it enforces anything: active, on branches, and applied by somebody."""
        return self.enforcement.value == ACTIVE and self.target == BRANCH and not self.template

    def applies_to(self, branch: str, default_branch: str | None) -> bool | None:
        """Say whether a branch is covered; None when that depends on what is unknown.

        Args:
            branch: its name without `refs/heads/`.
            default_branch: the default branch, None when unknown.
        """
        if self.target != BRANCH:
            return False
        included = _any(pattern.matches(branch, default_branch) for pattern in self.include)
        if included is False or not self.exclude:
            return included
        excluded = _any(pattern.matches(branch, default_branch) for pattern in self.exclude)
        if excluded is True:
            return False
        return included if excluded is False else None


def _any(answers: Iterable[bool | None]) -> bool | None:
    """Return True when one is true, None when none is but one is unknown."""
    result: bool | None = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            result = None
    return result
