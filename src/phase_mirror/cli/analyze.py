"""`phase-mirror analyze`: read, judge, decide, print."""

from __future__ import annotations

from phase_mirror.cli.output import deliver, outputs_of
from phase_mirror.decision.decide import exit_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from phase_mirror.model.rule import RuleMeta


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from phase_mirror.app.analyze import Options, analyze_repository  # noqa: PLC0415 - after the options were checked

    outputs_of(options)  # a mistyped format is told before the work
    report = analyze_repository(
        options.path,
        Options(
            mode=options.mode or "",
            base=options.base or "",
            ref=options.ref or "",
            config=options.config or "",
            rules=_words(options.rules),
            ignore=_words(options.ignore),
            strict=options.strict,
            dry_run=options.dry_run,
            min_confidence=options.min_confidence,
            baseline=options.baseline or "",
            write_baseline=options.write_baseline or "",
            cache=not options.no_cache,
            verbose=options.verbose,
        ),
    )
    deliver(report, options, _metas(options))
    return exit_code(report.decision)


def _metas(options: argparse.Namespace) -> list[RuleMeta]:
    """Return the metadata of the rules where a format shows it; importing them costs 10 ms."""
    formats = {options.format, *(name for name, _ in outputs_of(options))}
    if "sarif" not in formats:
        return []
    from phase_mirror.rules.registry import RULES  # noqa: PLC0415 - see above

    return [rule.META for rule in RULES]


def _words(values: list[str]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())
