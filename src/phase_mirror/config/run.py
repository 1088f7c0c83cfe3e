"""Settings of one run that no file of a repository can make: flags, then the environment, then the default."""

from __future__ import annotations

from phase_mirror.config.records import Setting
from phase_mirror.errors import UsageError
from phase_mirror.model.levels import Confidence, Mode
from phase_mirror.model.nearest import did_you_mean
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class RunKey(Record):
    """One setting of a run.

    Attributes:
        key: its name in `config show`.
        flag: of the command line, empty without one.
        variable: of the environment, empty without one.
        default: what holds otherwise.
        doc: one sentence.
        words: what it may be, empty for anything.
    """

    key: str
    flag: str
    variable: str
    default: str | bool
    doc: str
    words: tuple[str, ...] = ()


LOG_LEVELS = ("error", "warning", "info", "debug")

RUN_KEYS = (
    RunKey("config", "--config", "PHASE_MIRROR_CONFIG", "", "Configuration file in place of the usual ones."),
    RunKey("mode", "--mode", "", "", "Occasion of the run; taken from the event.", tuple(mode.value for mode in Mode)),
    RunKey("strict", "--strict", "", False, "Strict limits, whatever the file says."),
    RunKey("dry_run", "--dry-run", "", False, "Warn where it would block."),
    RunKey(
        "min_confidence",
        "--min-confidence",
        "",
        Confidence.LOW.value,
        "Findings less sure are left out.",
        tuple(word.value for word in Confidence),
    ),
    RunKey("data_dir", "--data-dir", "PHASE_MIRROR_DATA_DIR", "", "Where the cache lives."),
    RunKey("log", "", "PHASE_MIRROR_LOG", "warning", "Level of the log on stderr.", LOG_LEVELS),
)


def run_settings(flags: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Setting]:
    """Return every setting of a run with its origin.

    Args:
        flags: by key of RUN_KEYS; absent, None, False and empty mean "not given".
        environment: the variables of the process; empty ones count as absent.

    Raises:
        UsageError: a word that is not known, with the nearest match.
    """
    return {key.key: _one(key, flags.get(key.key), environment.get(key.variable, "")) for key in RUN_KEYS}


def _one(key: RunKey, flag: Any, variable: str) -> Setting:
    if flag:
        return Setting(key.key, _known(key, flag, key.flag), f"flag {key.flag}")
    if variable:
        return Setting(key.key, _known(key, variable, key.variable), f"environment {key.variable}")
    return Setting(key.key, key.default, "default")


def _known(key: RunKey, value: Any, origin: str) -> Any:
    word = value.casefold() if isinstance(value, str) and key.words else value
    if key.words and word not in key.words:
        raise UsageError(f"{value!r} is not known", where=origin, then=did_you_mean(str(value), key.words))
    return word
