"""The typed configuration. Without a file it is `Config()`, and nothing else of this room is imported."""

from __future__ import annotations

from phase_mirror.config.presets import DEFAULT_PRESET, PRESETS, Preset
from phase_mirror.model.glob import matches
from phase_mirror.model.ids import family_of
from phase_mirror.model.levels import Mode, Severity, Standing
from phase_mirror.model.policy import Policy
from phase_mirror.model.record import Record
from phase_mirror.model.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from phase_mirror.model.exemption import Exemption
    from phase_mirror.model.policy import TextAt
    from phase_mirror.model.rule import RuleInfo
    from phase_mirror.model.thresholds import Thresholds

CONFIG_PATHS = (".phase-mirror.yml", ".github/phase-mirror.yml")
"""Where the file may stand; the first found wins, none is needed."""

BRANCH_PREFIX = "branch:"
"""Starts a key of `modes` that speaks of branches; a glob of the base branch follows, never of the head's, whose name
the author of the change chooses."""


class Setting(Record):
    """A value with its origin.

    Attributes:
        key: the key path, dotted.
        value: a scalar, a tuple of settings (the entries of a list), or a dict of settings by key.
        origin: `file <path>`, `extends <name>`, `environment <NAME>`, `flag <--name>` or `default`.
        span: where it stands in a file, else None.
    """

    key: str
    value: Any
    origin: str
    span: Span | None = None

    @property
    def place(self) -> Span:
        """Return the span; a value without one stands for no file."""
        return self.span or Span.of_file("")


class RuleEntry(Record):
    """What a file says of one rule or family; None and the empty dict where it is silent.

    Attributes:
        standing: what the rule may do.
        severity: of all its findings.
        exempt: globs of what the rule looks at: the action for pins, the secret's receiver, else the path.
        accept_new_exemptions: an inline exemption that the change itself adds counts.
        options: the rule's own options that are stated.
    """

    standing: Setting | None = None
    severity: Setting | None = None
    exempt: Setting | None = None
    accept_new_exemptions: Setting | None = None
    options: dict[str, Setting] = {}


class RuleSettings(Record):
    """What holds for one rule in one run.

    Attributes:
        standing: what it may do.
        severity: of all its findings, None leaves it to the rule.
        exempt: globs of what the rule looks at.
        accept_new_exemptions: an inline exemption that the change itself adds counts.
        options: every option of the rule by name, defaults filled in.
    """

    standing: Standing
    severity: Severity | None
    exempt: tuple[str, ...]
    accept_new_exemptions: bool
    options: dict[str, Any]


class ModeEntry(Record):
    """What a file says of one mode or branch pattern; silent severities are absent from `limits`."""

    strict: Setting | None = None
    limits: dict[str, Setting] = {}


class ModeSettings(Record):
    """What holds in one run: the limits as stated, and whether it is strict."""

    strict: bool
    thresholds: Thresholds


class Breaker(Record):
    """The circuit breaker: a rule that blocked so many changes in one UTC hour warns until the hour ends."""

    max_blocks_per_hour: int = 10


class Demotion(Record):
    """When a rule loses the power to block: its false-positive rate passes the ceiling.

    The ceiling is the limit Tricorder holds its analyzers to (Sadowski et al., "Lessons from Building Static Analysis
    Tools at Google", CACM 61(4), 2018).
    """

    ceiling: float = 0.10
    min_reviewed: int = 20


class Drift(Record):
    """How far the governed surface may move from the baseline, 0 to 1."""

    threshold: float = 0.15


class RedactionPattern(Record):
    """A custom pattern of what must not leave the process."""

    name: str
    regex: str
    span: Span


class Budget(Record):
    """How much one run may read: a kill switch in seconds, and the largest file (megabytes of 1024 * 1024 bytes)."""

    seconds: float = 30.0
    file_megabytes: float = 5.0


class Config(Record):
    """The configuration in force.

    Attributes:
        files: the files it was read from, the nearest first; empty without one.
        version: of the file format.
        extends: the preset at the end of the chain of `extends`.
        preset: what that preset says.
        rules: by rule id or family code, what the file says.
        modes: by mode word or `branch:<glob>`, in the order of the file.
        policy: the declared policy.
        claims: statements about the repository to be checked.
        exemptions: findings that are let pass.
        tree: every stated value by key, nested, for `config show` and the comparison of two configurations.
    """

    files: tuple[str, ...] = ()
    version: int = 1
    extends: str = DEFAULT_PRESET
    preset: Preset = PRESETS[DEFAULT_PRESET]
    rules: dict[str, RuleEntry] = {}
    modes: dict[str, ModeEntry] = {}
    policy: Policy = Policy()
    claims: tuple[TextAt, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    breaker: Breaker = Breaker()
    demotion: Demotion = Demotion()
    drift: Drift = Drift()
    redaction: tuple[RedactionPattern, ...] = ()
    budget: Budget = Budget()
    tree: dict[str, Setting] = {}

    @property
    def path(self) -> str:
        """Return the configuration file itself, empty without one."""
        return self.files[0] if self.files else ""

    @property
    def preset_origin(self) -> str:
        """Return the origin of values that the preset gives."""
        return f"extends {self.preset.name}" if "extends" in self.tree else "default"

    def rule(self, info: RuleInfo) -> RuleSettings:
        """Return what holds for a rule: its own entry, then its family's, then the preset, then its birth."""
        standing, severity = self.standing(info), self.stated(info.id, "severity")
        exempt, accept = self.stated(info.id, "exempt"), self.stated(info.id, "accept_new_exemptions")
        entry = self.rules.get(info.id)
        options = {option.name: option.default for option in info.options}
        if entry:
            options.update({name: _plain(setting.value) for name, setting in entry.options.items()})
        return RuleSettings(
            standing=Standing(standing.value),
            severity=Severity(severity.value) if severity else None,
            exempt=_plain(exempt.value) if exempt else (),
            accept_new_exemptions=bool(accept and accept.value),
            options=options,
        )

    def stated(self, rule_id: str, name: str) -> Setting | None:
        """Return what the file states under a rule, or under its family, for one key of RuleEntry."""
        for code in (rule_id, family_of(rule_id)):
            entry = self.rules.get(code)
            found: Setting | None = getattr(entry, name) if entry else None
            if found is not None:
                return found
        return None

    def standing(self, info: RuleInfo) -> Setting:
        """Return the standing of a rule with its origin."""
        stated = self.stated(info.id, "standing")
        if stated:
            return stated
        key = f"rules.{info.id}.standing"
        by_preset = self.preset.standings.get(info.id)
        if by_preset:
            return Setting(key, by_preset.value, self.preset_origin)
        return Setting(key, info.standing.value, "default")

    def mode(self, mode: Mode, branch: str | None = None, *, strict: bool = False) -> ModeSettings:
        """Return what holds in a mode on a branch.

        The preset, then the entry of the mode, then every entry whose branch glob matches, in the order of the file;
        a later one overrides single values of an earlier one.

        Args:
            mode: the mode of the run.
            branch: the base branch, None when unknown.
            strict: the flag; it can only switch strictness on.
        """
        entries = [self.modes[mode.value]] if mode.value in self.modes else []
        if branch is not None:
            for key, entry in self.modes.items():
                if key.startswith(BRANCH_PREFIX) and matches(key.removeprefix(BRANCH_PREFIX), branch):
                    entries.append(entry)
        return self.combined(entries, strict=strict)

    def combined(self, entries: list[ModeEntry], *, strict: bool = False) -> ModeSettings:
        """Return what the preset and these entries say together."""
        thresholds, stated = self.preset.thresholds, self.preset.strict
        for entry in entries:
            if entry.limits:
                thresholds = thresholds.replace(**{name: setting.value for name, setting in entry.limits.items()})
            if entry.strict is not None:
                stated = bool(entry.strict.value)
        return ModeSettings(strict or stated, thresholds)


def _plain(value: Any) -> Any:
    """Return a value without its places: a tuple of settings becomes a tuple of values."""
    return tuple(item.value for item in value) if isinstance(value, tuple) else value
