"""Writes every generated file of the repository, or says which is not fresh.

Usage: python scripts/generate.py [--check]

Generated: `docs/rules/*.md` (a page per rule, with the real output on its example), `docs/rules/README.md` (the
catalogue), the JSON Schema of the configuration, and the shell completions.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "phase_mirror"


def main() -> int:
    """Write the files, or with `--check` compare them; return 1 when one is not fresh."""
    wanted = {**rule_pages(), **schemas(), **completions()}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left_over = [path for path in (ROOT / "docs" / "rules").glob("*.md") if path not in wanted]
    if "--check" in sys.argv[1:]:
        for path in [*stale, *left_over]:
            print(f"not fresh: {path.relative_to(ROOT)} (run: make generate)")
        return 1 if stale or left_over else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    for path in left_over:
        path.unlink()
    return 0


def rule_pages() -> dict[Path, str]:
    """Return the page of every rule and the catalogue."""
    from phase_mirror.app.pages import catalogue_page, rule_page  # noqa: PLC0415 - the package is under test too
    from phase_mirror.rules.registry import RULES  # noqa: PLC0415 - as above

    folder = ROOT / "docs" / "rules"
    pages = {folder / f"{rule.META.id}.md": rule_page(rule) for rule in RULES}
    pages[folder / "README.md"] = catalogue_page(RULES)
    return pages


def schemas() -> dict[Path, str]:
    """Return the JSON Schema of the configuration file."""
    import json  # noqa: PLC0415 - only here

    from phase_mirror.config.schema import config_schema  # noqa: PLC0415 - as above
    from phase_mirror.rules.registry import RULES  # noqa: PLC0415 - as above

    schema = config_schema([rule.META for rule in RULES])
    return {PACKAGE / "config" / "phase-mirror.schema.json": json.dumps(schema, indent=2) + "\n"}


def completions() -> dict[Path, str]:
    """Return the completion scripts, made from the parser."""
    import shtab  # noqa: PLC0415 - a development dependency

    from phase_mirror.cli.parser import build_parser  # noqa: PLC0415 - as above

    folder = PACKAGE / "cli" / "completions"
    return {
        folder / f"phase-mirror.{shell}": shtab.complete(build_parser(), shell=shell)
        for shell in ("bash", "zsh", "tcsh")
    }


if __name__ == "__main__":
    sys.exit(main())
