"""The one table of the configuration file: every key, its type, its bounds, its meaning and its default.

The checker, the JSON Schema, the reference page and `config show` are made from it.
"""

from __future__ import annotations

from phase_mirror.config.kinds import (
    ADDED,
    CHANGED,
    DOWN,
    FALSE,
    LATER,
    LESS,
    MORE,
    MOST_COUNT,
    REMOVED,
    TRUE,
    UP,
    Flag,
    Key,
    Listed,
    Number,
    Switch,
    Table,
    Text,
    Whole,
    Words,
)
from phase_mirror.config.presets import DEFAULT_PRESET, PRESETS
from phase_mirror.config.records import BRANCH_PREFIX, Config
from phase_mirror.model.ids import FAMILIES
from phase_mirror.model.levels import Mode, Severity, Standing
from phase_mirror.model.policy import PIN_LEVELS, TOKEN_LEVELS, TOKEN_SCOPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from phase_mirror.config.kinds import Kind
    from phase_mirror.model.rule import OptionInfo, RuleInfo

NOT_FROM_A_REPOSITORY = (
    "is never read from a repository: a hostile one could send findings and credentials to a place of its choosing"
)
REFUSED = tuple(
    (name, NOT_FROM_A_REPOSITORY) for name in ("store", "region", "endpoint", "environment", "data_dir", "env")
)

RULE_ID = ("rule id", "list them with: phase-mirror rules")
SEVERITIES = tuple(severity.value for severity in Severity)
STANDINGS = tuple(standing.value for standing in Standing)
DEFAULTS = Config()

_POLICY = Table(
    (
        Key(
            "token_ceiling",
            Table(
                tuple(
                    Key(scope, Words(TOKEN_LEVELS), f"Highest level of `{scope}`.", weaker=UP) for scope in TOKEN_SCOPES
                ),
                "permission",
            ),
            "The widest workflow token; a permission that is not named is `none`.",
            weaker=REMOVED,
        ),
        Key(
            "pins",
            Table(
                (
                    Key(
                        "actions",
                        Words(PIN_LEVELS),
                        "How actions are pinned: any, tag, or sha (a hash).",
                        required=True,
                        weaker=DOWN,
                    ),
                    Key("except", Listed(Text("glob")), "Globs of `owner/name` that need no pin.", weaker=ADDED),
                )
            ),
            "How actions are pinned.",
            weaker=REMOVED,
        ),
        Key(
            "gate",
            Table(
                (
                    Key(
                        "branch",
                        Text("glob"),
                        "The branch it speaks of; the default branch when absent.",
                        weaker=CHANGED,
                    ),
                    Key("checks", Listed(Text()), "Names of checks that must be required.", weaker=REMOVED),
                    Key("reviews", Whole(0, 10), "The least number of approving reviews.", weaker=LESS),
                    Key("code_owner_review", Flag(), "A code owner must review.", weaker=FALSE),
                    Key("linear_history", Flag(), "No merge commits.", weaker=FALSE),
                    Key("merge_queue", Flag(), "Changes merge through the queue.", weaker=FALSE),
                    Key("admin_bypass", Flag(), "Administrators may bypass the gate.", weaker=TRUE),
                )
            ),
            "What the merge gate must enforce.",
            weaker=REMOVED,
        ),
        Key("external_checks", Listed(Text("glob")), "Globs of check names that no workflow reports.", weaker=ADDED),
        Key(
            "sensitive_paths",
            Listed(Text("glob")),
            "Path globs that need an owner, beside the built-in ones.",
            weaker=REMOVED,
        ),
        Key(
            "token_scopes",
            Listed(Text()),
            "Permissions of the workflow token that GitHub has and this version does not know.",
            weaker=ADDED,
        ),
    )
)

_EXEMPTION = Table(
    (
        Key("rule", Words(()), "Rule id or family code.", required=True),
        Key("path", Text("glob"), "Glob of the path of the finding's primary evidence.", required=True),
        Key("reason", Text(), "Why; MD-407 reports an exemption without one."),
        Key("expires", Text("day"), "The last day it holds, `YYYY-MM-DD`, UTC.", weaker=LATER),
        Key("owner", Text(), "Who answers for it."),
    )
)

_LIMIT = "Largest count of {} findings that does not block."
MODE = Table(
    (
        Key("strict", Flag(), "At most five medium findings, whatever `max` says.", default=False, weaker=FALSE),
        Key(
            "max",
            Table(
                tuple(
                    Key(word, Whole(), _LIMIT.format(word), getattr(DEFAULTS.preset.thresholds, word), weaker=MORE)
                    for word in SEVERITIES
                ),
                "severity",
            ),
            "Limits by severity; more than that blocks.",
        ),
    )
)

_PATTERN = Table(
    (
        Key("name", Text("name", longest=60), "Stands in the text in place of what was found.", required=True),
        Key("regex", Text("regex"), "What is found.", required=True),
    )
)


def root(catalogue: Iterable[RuleInfo]) -> Table:
    """Return the table of the whole file.

    Args:
        catalogue: every rule, for ids, families and options.
    """
    rules = tuple(catalogue)
    codes = (*FAMILIES, *(info.id for info in rules))
    return Table(
        (
            Key("version", Whole(1, 1), "Version of the file format.", default=1),
            Key(
                "extends",
                Text("extends"),
                f"{', '.join(PRESETS)}, or the path of another file of the repository.",
                default=DEFAULT_PRESET,
            ),
            Key("rules", _rules(rules), "What each rule or family may do; `off` switches it off."),
            Key(
                "modes",
                Table(
                    tuple(Key(mode.value, MODE, f"In mode {mode.value}.") for mode in Mode),
                    "mode",
                    prefix=BRANCH_PREFIX,
                    prefixed=Key(f"{BRANCH_PREFIX}<glob>", MODE, "On base branches the glob matches."),
                ),
                "Limits per mode, then per branch.",
            ),
            Key("policy", _POLICY, "The declared side where the repository has no other place for it."),
            Key("claims", Listed(Text(), 200), "Statements about the repository that are checked.", weaker=REMOVED),
            Key(
                "exemptions",
                Listed(_with_codes(codes)),
                "Findings that are let pass, with reason and expiry.",
                weaker=ADDED,
            ),
            *_later(),
        ),
        refused=REFUSED,
    )


def _later() -> tuple[Key, ...]:
    """Return the keys that tune mechanisms rather than say what is right."""
    return (
        Key(
            "breaker",
            Table(
                (
                    Key(
                        "max_blocks_per_hour",
                        Whole(1, 10_000),
                        "Blocked changes in one UTC hour after which a rule only warns.",
                        DEFAULTS.breaker.max_blocks_per_hour,
                        weaker=LESS,
                    ),
                )
            ),
            "The circuit breaker.",
        ),
        Key(
            "demotion",
            Table(
                (
                    Key(
                        "ceiling", Number(0, 1), "Highest false-positive rate.", DEFAULTS.demotion.ceiling, weaker=LESS
                    ),
                    Key(
                        "min_reviewed",
                        Whole(1, 100_000),
                        "Reviewed findings needed to judge a rule.",
                        DEFAULTS.demotion.min_reviewed,
                        weaker=LESS,
                    ),
                )
            ),
            "When a rule loses the power to block.",
        ),
        Key(
            "drift",
            Table(
                (
                    Key(
                        "threshold",
                        Number(0, 1),
                        "Largest move from the baseline.",
                        DEFAULTS.drift.threshold,
                        weaker=MORE,
                    ),
                )
            ),
            "Drift from the approved baseline.",
        ),
        Key(
            "redaction",
            Table((Key("patterns", Listed(_PATTERN, 100), "Custom patterns.", weaker=REMOVED),)),
            "What must not leave the process.",
        ),
        Key(
            "budget",
            Table(
                (
                    Key("seconds", Number(0.1, 3600), "Kill switch of a run.", DEFAULTS.budget.seconds, weaker=LESS),
                    Key(
                        "file_megabytes",
                        Number(0.001, 1024),
                        "Largest file read.",
                        DEFAULTS.budget.file_megabytes,
                        weaker=LESS,
                    ),
                )
            ),
            "How much one run may read.",
        ),
    )


def _with_codes(codes: tuple[str, ...]) -> Table:
    """Return the table of an exemption for a catalogue."""
    keys = (_EXEMPTION.keys[0].replace(kind=Words(codes)), *_EXEMPTION.keys[1:])
    return _EXEMPTION.replace(keys=keys)


def _rules(rules: tuple[RuleInfo, ...]) -> Table:
    """Return the table under `rules`: families without options, rules with their own."""
    families = tuple(Key(code, _entry(()), f"The family: {title}.") for code, title in FAMILIES.items())
    return Table((*families, *(Key(info.id, _entry(info.options), info.title) for info in rules)), *RULE_ID)


def _entry(options: tuple[OptionInfo, ...]) -> Switch:
    return Switch(Table(entry_keys(options)), "standing", STANDINGS)


def entry_keys(options: tuple[OptionInfo, ...]) -> tuple[Key, ...]:
    """Return the keys of a rule's entry: those of every rule (`COMMON`), then its own options."""
    common = (
        Key("standing", Words(STANDINGS), "off, draft, pilot, warn or blocking.", weaker=DOWN),
        Key("severity", Words(SEVERITIES), "Severity of all its findings.", weaker=UP),
        Key(
            "exempt",
            Listed(Text("glob")),
            "Globs of what the rule looks at: the action for pins, else the path.",
            weaker=ADDED,
        ),
        Key(
            "accept_new_exemptions",
            Flag(),
            "An inline exemption that the change itself adds counts.",
            default=False,
            weaker=TRUE,
        ),
    )
    own = tuple(
        Key(option.name, _option_kind(option), option.doc, option.default, weaker=CHANGED) for option in options
    )
    return (*common, *own)


_OPTION_KINDS: dict[str, Kind] = {
    "boolean": Flag(),
    "integer": Whole(),
    "number": Number(0, MOST_COUNT),
    "string": Text(),
    "strings": Listed(Text()),
}


def _option_kind(option: OptionInfo) -> Kind:
    return _OPTION_KINDS[option.type]


COMMON = ("standing", "severity", "exempt", "accept_new_exemptions")
"""Keys of every rule's entry; the others are the rule's own options."""
