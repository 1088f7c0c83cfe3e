"""The one home of the environment: what the process was told, read once and passed on.

In GitHub Actions mode, base, repository and commit come from the event
(https://docs.github.com/en/actions/reference/workflows-and-actions/variables and
https://docs.github.com/en/webhooks/webhook-events-and-payloads).
"""

from __future__ import annotations

import json
import os

from phase_mirror.model.levels import Mode
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

EVENT_BYTES = 32 * 1024 * 1024
"""The largest event payload that is read; GitHub caps webhook payloads at 25 MB."""

_MODES = {
    "pull_request": Mode.PULL_REQUEST,
    "pull_request_target": Mode.PULL_REQUEST,
    "merge_group": Mode.MERGE_GROUP,
    "schedule": Mode.DRIFT,
}


class Environment(Record):
    """What the environment says.

    Attributes:
        variables: the variables of ours and of the platform that are read anywhere, copied once.
        actions: whether the process runs in GitHub Actions.
        mode: by the event; `local` outside Actions and for every other event.
        base: the commit to compare with, empty without one.
        base_branch: name of the branch that a change goes to, empty when unknown.
        default_branch: of the repository, empty when unknown.
        repository: `owner/name`, empty when unknown.
        repository_id: `host/number`, the identity that survives a rename; empty when unknown.
    """

    variables: dict[str, str]
    actions: bool = False
    mode: Mode = Mode.LOCAL
    base: str = ""
    base_branch: str = ""
    default_branch: str = ""
    repository: str = ""
    repository_id: str = ""


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Read the environment; `variables` stands in for it where given."""
    found = dict(os.environ if variables is None else variables)
    if found.get("GITHUB_ACTIONS") != "true":
        return Environment(found)
    event_name = found.get("GITHUB_EVENT_NAME", "")
    event = _event(found.get("GITHUB_EVENT_PATH", ""))
    base, branch = _base(event_name, event, found)
    host = found.get("GITHUB_SERVER_URL", "").partition("://")[2]
    number = found.get("GITHUB_REPOSITORY_ID", "")
    return Environment(
        variables=found,
        actions=True,
        mode=_MODES.get(event_name, Mode.LOCAL),
        base=base,
        base_branch=branch,
        default_branch=_text(event, "repository", "default_branch"),
        repository=found.get("GITHUB_REPOSITORY", ""),
        repository_id=f"{host}/{number}" if host and number else "",
    )


def _base(event_name: str, event: Any, variables: Mapping[str, str]) -> tuple[str, str]:
    if event_name in {"pull_request", "pull_request_target"}:
        branch = _text(event, "pull_request", "base", "ref") or variables.get("GITHUB_BASE_REF", "")
        return _text(event, "pull_request", "base", "sha"), branch
    if event_name == "merge_group":
        branch = _text(event, "merge_group", "base_ref").removeprefix("refs/heads/")
        return _text(event, "merge_group", "base_sha"), branch
    return "", ""


def _event(path: str) -> Any:
    """Return the event payload, None when there is none that can be read; the flags then have to say it."""
    if not path:
        return None
    try:
        with open(path, "rb") as file:
            return json.loads(file.read(EVENT_BYTES))
    except (OSError, ValueError, RecursionError):
        return None


def _text(event: Any, *keys: str) -> str:
    for key in keys:
        event = event.get(key) if isinstance(event, dict) else None
    return event if isinstance(event, str) else ""
