"""The files `phase-mirror init` writes: valid as they stand, and with the first `#` of a block of settings removed."""

from __future__ import annotations

from phase_mirror.config.presets import PRESETS

_HEAD = """\
# Phase Mirror: https://github.com/phase-mirror/phase-mirror
# Every key: docs/reference/configuration.md. What holds and why: phase-mirror config show
version: 1

"""

_MINIMAL = """\
# Start quietly: only untrusted code with authority, injected commands and weakened governance block.
extends: minimal

# Next step: phase-mirror analyze, read what it says, and switch to `standard` when nothing is left to argue about.

# Checks that an app reports and no workflow does:
#policy:
#  external_checks: ["license/cla"]
"""

_STANDARD = """\
# Rules that are right nine times in ten block, the rest warns.
extends: standard

# What this repository promises, where no other file says so. Each line is held against what the files do.
#policy:
#  # The widest token a workflow may have; what is not named is `none`.
#  token_ceiling: {contents: read, pull-requests: write}
#  # Actions are pinned by commit hash, except those of these owners.
#  pins: {actions: sha, except: ["actions/*"]}
#  # What the merge gate must enforce.
#  gate: {branch: main, reviews: 1, code_owner_review: true, admin_bypass: false}
#  # Checks that an app reports and no workflow does.
#  external_checks: ["license/cla", "codecov/*"]

# One rule or a whole family: off, draft, pilot, warn or blocking.
#rules:
#  MD-004: warn

# Findings that are let pass, for a stated reason and time. MD-407 reports them when they expire.
#exemptions:
#  - {rule: MD-005, path: "docs/generated/**", reason: "made at build time", expires: 2027-03-01, owner: "@platform"}
"""

_STRICT = """\
# As standard, with strict limits, and the rules that hold the policy below block as well.
extends: strict

# What this repository promises. Each line is held against what the files do: change what is not true of yours.
policy:
  # The widest token a workflow may have; what is not named is `none`.
  token_ceiling: {contents: read}
  # Actions are pinned by commit hash.
  pins: {actions: sha}
  # What the merge gate must enforce.
  gate: {reviews: 1, code_owner_review: true, admin_bypass: false}
  # Checks that an app reports and no workflow does.
  external_checks: []
  # Paths that need an owner, beside workflows, CODEOWNERS, policy and infrastructure.
  sensitive_paths: []

# The merge queue and release branches let nothing through.
modes:
  merge_group: {strict: true}
  "branch:release/*": {max: {critical: 0, high: 0, medium: 0}}

# Findings that are let pass, for a stated reason and time. MD-407 reports them when they expire.
#exemptions:
#  - {rule: MD-005, path: "docs/generated/**", reason: "made at build time", expires: 2027-03-01, owner: "@platform"}
"""

_TEXTS = {"minimal": _MINIMAL, "standard": _STANDARD, "strict": _STRICT}


def template(name: str) -> str:
    """Return the text of a commented configuration that is valid as it stands.

    Args:
        name: one of the presets.
    """
    return _HEAD + _TEXTS[name]


TEMPLATES = tuple(PRESETS)
"""Names of the templates, weakest first."""
