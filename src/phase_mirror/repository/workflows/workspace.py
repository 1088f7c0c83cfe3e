"""What lies in the workspace of a job before each of its steps, as far as the workflow tells.

The repository's own tree is there after a checkout of it; other checkouts, artifacts and caches put other content at
their paths; a command or action that is not known to leave files alone may have made any.

Source: https://github.com/actions/checkout#usage
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

from phase_mirror.model.record import Record
from phase_mirror.repository.formats.tree import entries_of, text_of
from phase_mirror.repository.workflows.facts import REMOTE
from phase_mirror.repository.workflows.shell import Script, read_script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.workflows.facts import Step
    from phase_mirror.repository.workflows.shell import Command

_OWN_REFS = re.compile(
    r"\$\{\{\s*(?:github\.(?:sha|ref|ref_name|head_ref)|github\.event\.pull_request\.(?:head\.(?:sha|ref)|merge_commit_sha)"
    r"|github\.event\.workflow_run\.head_(?:sha|branch)|github\.event\.merge_group\.head_sha)\s*\}\}"
)
_OWN_NAMES = re.compile(
    r"\$\{\{\s*(?:github\.repository|github\.event\.pull_request\.head\.repo\.full_name"
    r"|github\.event\.workflow_run\.head_repository\.full_name)\s*\}\}"
)

_QUIET_ACTIONS = frozenset(
    {
        "add-to-project",
        "cancel-workflow-action",
        "changed-files",
        "configure-aws-credentials",
        "free-disk-space",
        "harden-runner",
        "labeler",
        "login-action",
        "paths-filter",
        "rust-cache",
        "rust-toolchain",
        "toolchain",
        "upload-artifact",
    }
)
"""Repositories of actions that add nothing to the tree, beside the `setup-...` of known owners."""

_SETUP_OWNERS = frozenset(
    {
        "actions",
        "astral-sh",
        "aws-actions",
        "azure",
        "denoland",
        "docker",
        "erlef",
        "google-github-actions",
        "gradle",
        "hashicorp",
        "helm",
        "julia-actions",
        "oven-sh",
        "pnpm",
        "ruby",
        "shivammathur",
        "terraform-linters",
    }
)
"""Owners whose `setup-...` actions install outside of the tree."""

_QUIET = frozenset(
    {
        "[",
        "[[",
        "apk",
        "apt",
        "apt-get",
        "brew",
        "cat",
        "cd",
        "chmod",
        "choco",
        "date",
        "df",
        "echo",
        "exit",
        "export",
        "false",
        "grep",
        "head",
        "id",
        "ls",
        "printf",
        "pwd",
        "set",
        "shopt",
        "sleep",
        "sort",
        "tail",
        "test",
        "true",
        "uname",
        "ulimit",
        "wc",
        "which",
        "whoami",
    }
)
"""Commands that make no file in the tree."""

_QUIET_PAIRS = frozenset(
    {
        *(("git", word) for word in ("config", "diff", "fetch", "log", "ls-files", "rev-parse", "status", "tag")),
        ("git", "show"),
        *((tool, "install") for tool in ("npm", "pip", "pip3", "pipx", "pnpm", "yarn", "gem", "poetry", "tool")),
        *((tool, "ci") for tool in ("npm", "clean-install")),
        *(("rustup", word) for word in ("component", "default", "install", "show", "target", "toolchain", "update")),
        *(("uv", word) for word in ("pip", "python", "sync", "tool")),
        ("corepack", "enable"),
        ("go", "version"),
        ("bundle", "install"),
    }
)
"""Commands with a first argument that make no file in the tree but what is ignored there."""

_MOVES = frozenset(
    {"am", "apply", "checkout", "cherry-pick", "merge", "pull", "rebase", "reset", "restore", "stash", "switch"}
)
"""What git does to the tree so that it is another one."""


class Workspace(Record):
    """What lies in the workspace.

    Attributes:
        own: where the repository's own tree lies, relative to the workspace.
        other: where other content lies; an empty text when the whole may be another tree.
        opaque: a step before may have made files anywhere.
        said: what such steps say: whoever makes a file names it, most likely.
    """

    own: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    opaque: bool = False
    said: str = ""

    def in_tree(self, path: str) -> str | None:
        """Return the path in the repository's tree of a path in the workspace; None where that is unknown.

        Args:
            path: relative to the workspace, normalized, empty for the workspace itself.
        """
        place = max((own for own in self.own if _lies(path, own)), key=len, default=None)
        if place is None or any(_lies(path, other) and len(other) >= len(place) for other in self.other):
            return None
        return path[len(place) :].lstrip("/")

    def mentions(self, path: str) -> bool:
        """Say whether a step before names the last part of a path, or its last part but its ending."""
        name = path.rpartition("/")[2]
        return name in self.said


def before_steps(steps: tuple[Step, ...], slug: str, default_branch: str | None) -> Iterator[tuple[Step, Workspace]]:
    """Yield each step with what lies in the workspace when it starts.

    Args:
        steps: of one job.
        slug: `owner/name` of the repository, empty when unknown.
        default_branch: None when unknown.
    """
    state = Workspace()
    for step in steps:
        yield step, state
        state = _after(state, step, slug, default_branch)


def _after(state: Workspace, step: Step, slug: str, default_branch: str | None) -> Workspace:
    if step.run is not None:
        return after_commands(state, read_script(step.run.value), step.run.value)
    reference = step.reference
    if reference is None or reference.kind != REMOTE:
        return _opaque(state, step)
    if reference.slug.lower() == "actions/checkout":
        return _checked_out(state, step, slug, default_branch)
    if reference.repository in {"cache", "download-artifact"} and reference.owner == "actions":
        return _unpacked(state, step)
    name = reference.repository.lower()
    sets_up = name.startswith("setup-") or name.endswith(("-setup", "-setup-action"))
    if name in _QUIET_ACTIONS or (sets_up and reference.owner.lower() in _SETUP_OWNERS):
        return state
    return _opaque(state, step)


def _opaque(state: Workspace, step: Step) -> Workspace:
    values = [text_of(value) or "" for _, value in entries_of(step.node.get("with"))]
    return state.replace(opaque=True, said="\n".join([state.said, *values]))


def _checked_out(state: Workspace, step: Step, slug: str, default_branch: str | None) -> Workspace:
    place = normal(step.input("path") or "")
    if place is None:
        return state.replace(other=(*state.other, ""))
    name, ref = step.input("repository"), step.input("ref")
    own = not name or _OWN_NAMES.fullmatch(name) is not None or (bool(slug) and name.lower() == slug.lower())
    same = not ref or _OWN_REFS.fullmatch(ref) is not None or ref.removeprefix("refs/heads/") == default_branch
    if own and same:
        # Behind a condition, the other content may still be there.
        left = state.other if step.condition is not None else tuple(other for other in state.other if other != place)
        return state.replace(own=(*state.own, place), other=left)
    return state.replace(other=(*state.other, place))


def _unpacked(state: Workspace, step: Step) -> Workspace:
    """Return the workspace after a cache or an artifact has been put where its `path` says."""
    text = step.input("path")
    if not text:
        return _opaque(state, step)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    places = [normal(line) for line in lines if not line.startswith(("~", "/"))]
    if None in places or "" in places:
        return _opaque(state, step)
    return state.replace(other=(*state.other, *(place for place in places if place)))


def after_commands(state: Workspace, script: Script, text: str) -> Workspace:
    """Return the workspace after the commands of a script; `text` is its source."""
    if any(moves_tree(command) for command in script.commands):
        return state.replace(other=(*state.other, ""))
    if script.complete and all(is_quiet(command) for command in script.commands) and _fills_in_quietly(text):
        return state
    return state.replace(opaque=True, said=f"{state.said}\n{text}")


def moves_tree(command: Command) -> bool:
    """Say whether a command may put another tree in place of the one checked out."""
    words = [word.text for word in command.words[:5]]
    return (words[:1] == ["git"] and any(word in _MOVES for word in words[1:])) or words[:3] == ["gh", "pr", "checkout"]


def is_quiet(command: Command) -> bool:
    """Say whether a command surely makes no file in the tree."""
    if any(not _elsewhere(word.text) for word in command.writes):
        return False
    words = [word.text for word in command.words[:4]]
    if not words or words[0] in _QUIET:
        return True
    if words[0].startswith("python") and words[1:3] == ["-m", "pip"]:
        return True
    return len(words) > 1 and (words[0], words[1]) in _QUIET_PAIRS


def _fills_in_quietly(text: str) -> bool:
    """Say whether the commands that a script substitutes surely make no file either."""
    if "`" in text or "<(" in text:
        return False
    return all(
        first in _QUIET or first in _FILTERS or (first, second) in _QUIET_PAIRS
        for first, second in _substitution().findall(text)
    )


@cache
def _substitution() -> re.Pattern[str]:
    return re.compile(r"\$\((?!\()\s*([^\s)]*)\s*([^\s)]*)")


_FILTERS = frozenset({"awk", "basename", "cut", "dirname", "jq", "nproc", "sed", "seq", "sha256sum", "tr", "uniq"})
"""Further commands that only print, where they are substituted."""


def _elsewhere(target: str) -> bool:
    return target.startswith(("/", "$GITHUB_", "${GITHUB_", "~", "${{ github.output", "$RUNNER_TEMP", "&"))


@cache
def _variable() -> re.Pattern[str]:
    return re.compile(r"(?:\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?)/?")


def normal(path: str, base: str = "") -> str | None:
    """Return a path relative to the workspace without `.` and `..`; None for one that is not literal or leads out.

    Args:
        path: as written; `$GITHUB_WORKSPACE` and `${{ github.workspace }}` at its start stand for the workspace.
        base: the working directory, relative to the workspace.
    """
    start = _variable().match(path)
    if start:
        path, base = path[start.end() :], ""
    if path.startswith(("/", "~")) or any(sign in path for sign in "$`*?[{\\\n\"'") or ":" in path[:2]:
        return None
    joined = posixpath.normpath(posixpath.join(base, path)) if path or base else "."
    if joined == ".":
        return ""
    return None if joined.startswith("..") else joined


def _lies(path: str, place: str) -> bool:
    """Say whether a path is a place or lies below it."""
    return not place or path == place or path.startswith(place + "/")
