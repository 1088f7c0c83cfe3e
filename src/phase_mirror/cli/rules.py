"""`phase-mirror rules`: the catalogue, a family, or one rule with its example."""

from __future__ import annotations

import json

from phase_mirror.app.assemble import check_rule_words
from phase_mirror.cli.output import write_stdout
from phase_mirror.model.ids import FAMILIES, family_of
from phase_mirror.rules.registry import RULES

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from phase_mirror.model.rule import RuleMeta
    from phase_mirror.rules.protocol import Rule


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    word = options.rule or ""
    if word:
        check_rule_words((word,))
    chosen = [rule for rule in RULES if word in {"", rule.META.id, family_of(rule.META.id)}]
    if options.format == "json":
        write_stdout(json.dumps([_shape(rule.META) for rule in chosen], indent=2) + "\n")
    elif word and word not in FAMILIES:
        write_stdout(_explain(chosen[0]))
    else:
        write_stdout(_listing(chosen))
    return 0


def _listing(chosen: list[Rule]) -> str:
    lines: list[str] = []
    for family, title in FAMILIES.items():
        metas = [rule.META for rule in chosen if rule.META.family == family]
        if metas:
            lines.append(f"{family} {title}")
            lines += [f"  {m.id}  {m.severity.value:<8}  {m.standing.value:<8}  {m.title}" for m in metas]
    return "\n".join(lines) + "\n"


def _explain(rule: Rule) -> str:
    from phase_mirror.app.pages import about, analyze_example  # noqa: PLC0415 - only here
    from phase_mirror.render import render  # noqa: PLC0415 - only here

    meta = rule.META
    example = render(about(analyze_example((rule,), meta.example_bad), [meta]), "terminal", rules=[meta])
    files = "\n".join(f"--- {path}\n{text.rstrip()}" for path, text in meta.example_bad)
    return (
        f"{meta.id} {meta.name}\n{meta.title}\n\n"
        f"severity {meta.severity.value}, standing {meta.standing.value}, version {meta.version}, "
        f"reads {', '.join(meta.inputs)}\n\n"
        f"Why\n{meta.why}\n\nHow to mend it\n{meta.remediation}\n\n"
        f"Example\n{files}\n\n{example}\nSources\n" + "\n".join(meta.sources) + f"\n\n{meta.url}\n"
    )


def _shape(meta: RuleMeta) -> dict[str, Any]:
    return {
        "id": meta.id,
        "name": meta.name,
        "version": meta.version,
        "family": meta.family,
        "title": meta.title,
        "severity": meta.severity.value,
        "confidence": meta.confidence.value,
        "standing": meta.standing.value,
        "inputs": list(meta.inputs),
        "why": meta.why,
        "remediation": meta.remediation,
        "sources": list(meta.sources),
        "options": {option.name: option.default for option in meta.options},
        "url": meta.url,
    }
