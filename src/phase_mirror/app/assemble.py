"""Builds the oracle's request and runs it: what only a cold cache needs."""

from __future__ import annotations

import json
import os
import time

from phase_mirror.app.alarm import within
from phase_mirror.app.cache import write_private
from phase_mirror.app.configuration import choose, exemptions_of, inside, weakenings_of
from phase_mirror.app.schema import installed_schema_hash
from phase_mirror.errors import UsageError
from phase_mirror.model.ids import FAMILIES
from phase_mirror.model.levels import Confidence
from phase_mirror.model.nearest import did_you_mean
from phase_mirror.oracle import analyze
from phase_mirror.oracle.request import Change, Request
from phase_mirror.redaction.redactor import Redactor
from phase_mirror.rules.registry import RULES
from phase_mirror.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from phase_mirror.app.analyze import Options, Trees
    from phase_mirror.app.configuration import Chosen
    from phase_mirror.app.environment import Environment
    from phase_mirror.config.records import Config
    from phase_mirror.model.levels import Mode
    from phase_mirror.model.report import Report

BASELINE_VERSION = 1


def run_oracle(
    options: Options, environment: Environment, mode: Mode, trees: Trees, now: float, stamp: str, *, is_change: bool
) -> Report:
    """Run the oracle on opened trees.

    Raises:
        UsageError: an unknown rule id, or a baseline file that cannot be read.
        ConfigurationError: the configuration is invalid.
    """
    check_rule_words((*options.rules, *options.ignore))
    named = options.config or environment.variables.get("PHASE_MIRROR_CONFIG", "")
    chosen = choose(trees.head, trees.tip, root=trees.root, is_change=is_change, named=named)
    _limit(trees, chosen.config)
    baseline, missing = _baseline(options.baseline, trees, is_change=is_change)
    change = None
    if trees.tip is not None and trees.before is not None:
        commit = trees.before_commit.rpartition(" ")[2]
        change = Change(trees.tip, trees.before, commit, {"MD-407": exemptions_of(trees.before, chosen.named)})
    request = Request(
        head=trees.head,
        config=chosen.config,
        rules=RULES,
        redactor=Redactor([(pattern.name, pattern.regex) for pattern in chosen.config.redaction]),
        mode=mode,
        now=now,
        stamp=stamp,
        run_id=os.urandom(16).hex(),
        tool_version=__version__,
        clock=time.monotonic,
        within=within,
        change=change,
        branch=environment.base_branch or trees.head.default_branch,
        strict=options.strict,
        dry_run=options.dry_run,
        selected=options.rules,
        ignored=options.ignore,
        min_confidence=Confidence(options.min_confidence),
        baseline=baseline,
        extras=_extras(trees, chosen, is_change=is_change),
        schema_hash=installed_schema_hash(),
        folder=trees.folder,
        verbose=options.verbose,
        repository=trees.head.setting.slug,
        commit=trees.commit,
        configuration_origin=chosen.origin,
        notices=(*_notices(options, trees, chosen, is_change=is_change), *missing),
    )
    report = analyze(request)
    if options.write_baseline:
        write_baseline(options.write_baseline, report)
    return report


def check_rule_words(words: tuple[str, ...]) -> None:
    """Refuse a word that is neither a rule nor a family.

    Raises:
        UsageError: with the nearest match.
    """
    known = [rule.META.id for rule in RULES] + list(FAMILIES)
    for word in words:
        if word not in known:
            raise UsageError(f"there is no rule '{word}'", then=did_you_mean(word, known, "see: phase-mirror rules"))


def _limit(trees: Trees, config: Config) -> None:
    """Apply the configured budget to every tree that is still to be read."""
    size = int(config.budget.file_megabytes * 1024 * 1024)
    for tree in (trees.head, trees.tip, trees.before):
        if tree is not None and size != tree.limits.file_bytes:
            tree.use_limits(tree.limits.replace(file_bytes=size, seconds=config.budget.seconds))


def _extras(trees: Trees, chosen: Chosen, *, is_change: bool) -> dict[str, Any]:
    """Return what MD-407 and MD-409 get beside the facts: exemptions are judged where the change leaves them."""
    outside = chosen.origin == "user" and not chosen.named
    declared = exemptions_of(trees.head, chosen.named) if is_change else chosen.config.exemptions
    extras: dict[str, Any] = {"MD-407": () if outside else declared}
    if trees.tip is not None:
        extras["MD-409"] = weakenings_of(trees.head, trees.tip, trees.before, chosen.named)
    return extras


def _notices(options: Options, trees: Trees, chosen: Chosen, *, is_change: bool) -> tuple[str, ...]:
    notices = [*trees.notices, *chosen.notices]
    if is_change:
        flags = [
            name
            for name, used in (
                ("--rules", options.rules),
                ("--ignore", options.ignore),
                ("--min-confidence", options.min_confidence != "low"),
                ("--baseline", options.baseline),
                ("--dry-run", options.dry_run),
            )
            if used
        ]
        if flags:
            notices.append(f"The command line narrows this run: {', '.join(flags)}.")
    return tuple(notices)


# -- adoption baseline ---------------------------------------------------------------------------------------------


def write_baseline(path: str, report: Report) -> None:
    """Write the identities of all findings, so that a team can adopt the tool with what it has.

    Raises:
        UsageError: the file cannot be written.
    """
    counts: dict[str, int] = {}
    for item in report.items:
        identity = item.id.partition("-")[0]
        counts[identity] = counts.get(identity, 0) + 1
    shape = {"phase_mirror_baseline": BASELINE_VERSION, "findings": dict(sorted(counts.items()))}
    temporary = f"{path}.{os.urandom(6).hex()}"
    try:
        write_private(temporary, (json.dumps(shape, indent=2) + "\n").encode("ascii"))
        os.replace(temporary, path)
    except OSError as error:
        raise UsageError(
            f"cannot write: {error.strerror}", where=path, then="name a folder you can write to"
        ) from error


def _baseline(path: str, trees: Trees, *, is_change: bool) -> tuple[dict[str, int] | None, tuple[str, ...]]:
    """Return an adoption baseline and what is to be said of it.

    One that lies in the repository is read from the base of a change: its author could list his own findings in it.
    """
    within_tree = inside(path, trees.root) if path and is_change else ""
    if not path:
        return None, ()
    if not within_tree:
        return read_baseline(path), ()
    data = trees.tip.data(within_tree) if trees.tip is not None and within_tree in trees.tip.files else None
    if data is None:
        return None, (f"The base branch has no {within_tree} that can be read, so no baseline applies.",)
    return read_baseline(path, data), ()


def read_baseline(path: str, data: bytes | None = None) -> dict[str, int]:
    """Return identities and counts of an adoption baseline.

    Args:
        path: where it lies.
        data: its content where it was read already.

    Raises:
        UsageError: it cannot be read, or is no baseline of this version.
    """
    then = "write one with: phase-mirror analyze --write-baseline FILE"
    try:
        if data is None:
            with open(path, "rb") as file:
                data = file.read()
        shape = json.loads(data)
        if shape["phase_mirror_baseline"] != BASELINE_VERSION:
            raise UsageError("a baseline of another version", where=path, then=then)
        return {str(identity): int(count) for identity, count in shape["findings"].items()}
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=path, then=then) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError("not a baseline of phase-mirror", where=path, then=then) from error
