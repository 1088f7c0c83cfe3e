"""Puts one analysis together: repository, base, configuration, cache, oracle.

1. Find the repository and the tree to judge.
2. Find the base of the change, from the flag or the event.
3. Choose the configuration (`configuration`).
4. Look for an unchanged report in the cache (`cache`).
5. Run the oracle.
6. Store the report in the cache, and the adoption baseline where asked for.
"""

from __future__ import annotations

import os
import time

from phase_mirror.app.environment import read_environment
from phase_mirror.errors import BaseUnavailableError, RepositoryError, UsageError
from phase_mirror.model.levels import Mode
from phase_mirror.model.record import Record
from phase_mirror.model.report_json import from_json, to_json
from phase_mirror.repository.commit import CommitTree
from phase_mirror.repository.git import Git, find_root
from phase_mirror.repository.limits import DEFAULT_LIMITS, Limits
from phase_mirror.repository.snapshot import Setting, Snapshot
from phase_mirror.repository.worktree import WorkTree
from phase_mirror.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from phase_mirror.app.cache import Cache
    from phase_mirror.app.environment import Environment
    from phase_mirror.model.report import Report

MOST_DIGESTED = 16 * 1024 * 1024
"""Bytes of a file named on the command line that go into its digest; it may be a link to something endless."""

CHANGE_MODES = (Mode.PULL_REQUEST, Mode.MERGE_GROUP)
"""Modes that judge a change, whose author must not set the rules."""


class Options(Record):
    """What the caller asks for; empty texts mean "as the environment says"."""

    mode: str = ""
    base: str = ""
    ref: str = ""
    config: str = ""
    rules: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False
    dry_run: bool = False
    min_confidence: str = "low"
    baseline: str = ""
    write_baseline: str = ""
    cache: bool = True
    verbose: bool = False


class Trees(Record):
    """The trees of one run.

    Attributes:
        root: directory of the repository.
        folder: below the root that was asked for, empty for all of it.
        git: None without git.
        commit: of the head.
        tip: tip of the base branch, None without a readable base.
        before: the tree new findings are told from, None as `tip`.
        before_commit: its commit.
        notices: about a base that cannot be read.
    """

    root: str
    folder: str
    git: Git | None
    head: Snapshot
    commit: str
    tip: Snapshot | None = None
    before: Snapshot | None = None
    before_commit: str = ""
    notices: tuple[str, ...] = ()


def analyze_repository(path: str, options: Options) -> Report:
    """Analyze a repository.

    Args:
        path: the repository, or a folder in it.
        options: what the caller asks for.

    Raises:
        RepositoryError: the path is no repository that can be read.
        UsageError: an unknown rule, mode or commit.
        ConfigurationError: the configuration is invalid.
    """
    environment = read_environment()
    mode = Mode(options.mode) if options.mode else environment.mode
    trees = open_trees(path, options, environment, mode)  # 1, 2
    try:
        return _analyze(options, environment, mode, trees)
    finally:
        for tree in (trees.head, trees.tip, trees.before):
            if tree is not None and isinstance(tree.source, CommitTree):
                tree.source.close()


def _analyze(options: Options, environment: Environment, mode: Mode, trees: Trees) -> Report:
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    material = _material(options, environment, mode, trees, stamp[:10])
    cache = _cache(environment) if options.cache and not options.verbose and not options.write_baseline else None
    if cache is not None and (shape := cache.load(material, trees.head.source)) is not None:  # 4
        shape["meta"].update(run_id=os.urandom(16).hex(), timestamp=stamp)
        return from_json(shape, "cache")
    from phase_mirror.app.assemble import run_oracle  # noqa: PLC0415 - rules are imported only where the cache is cold

    is_change = mode in CHANGE_MODES or trees.tip is not None
    report = run_oracle(options, environment, mode, trees, now, stamp, is_change=is_change)  # 3, 5
    if cache is not None and not report.decision.incomplete:  # 6
        cache.save(material, _read_files(trees), to_json(report))
    return report


def _read_files(trees: Trees) -> dict[str, bytes | None]:
    """Return the files of the head that were read; the base is known by its commit."""
    return dict(trees.head.read)


def _material(options: Options, environment: Environment, mode: Mode, trees: Trees, today: str) -> dict[str, Any]:
    """Return everything beside file contents that decides a report."""
    from phase_mirror.app.cache import code_fingerprint  # noqa: PLC0415 - only with the cache

    listing = "\0".join(f"{entry.kind} {path}" for path, entry in trees.head.files.items())
    named = options.config or environment.variables.get("PHASE_MIRROR_CONFIG", "")
    return {
        "tool": [__version__, code_fingerprint()],
        "options": [str(value) for value in options.values()],
        "mode": mode.value,
        "root": os.path.realpath(trees.root),
        "folder": trees.folder,
        "commit": trees.commit,
        "base": [trees.before_commit, trees.tip is not None, *trees.notices],
        "branches": [trees.head.setting.default_branch, environment.base_branch],
        "repository": [environment.repository, environment.repository_id, trees.head.setting.slug],
        "listing": listing,
        "today": today,
        "named": _file_digest(named),
        "baseline": _file_digest(options.baseline),
        "actions": environment.actions,
    }


def _file_digest(path: str) -> str:
    """Return the digest of a file of the user's; those of the tree count by what was read of them."""
    if not path:
        return ""
    import hashlib  # noqa: PLC0415 - rarely needed

    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read(MOST_DIGESTED)).hexdigest()
    except OSError:
        return "unreadable"


def cache_directory(environment: Environment) -> str | None:
    """Return where the cache lives, None where no home is known."""
    variables = environment.variables
    home = variables.get("PHASE_MIRROR_DATA_DIR") or variables.get("XDG_CACHE_HOME")
    home = home or os.path.join(variables.get("HOME", ""), ".cache")
    return os.path.join(home, "phase-mirror") if os.path.isabs(home) else None


def _cache(environment: Environment) -> Cache | None:
    from phase_mirror.app.cache import Cache  # noqa: PLC0415 - only with the cache

    directory = cache_directory(environment)
    return Cache(directory) if directory else None


# -- trees -------------------------------------------------------------------------------------------------------------


def open_trees(
    path: str, options: Options, environment: Environment, mode: Mode, limits: Limits = DEFAULT_LIMITS
) -> Trees:
    """Find the repository, the tree to judge and the base.

    Raises:
        RepositoryError: no such path, or nothing that can be read.
        UsageError: `--ref` or `--base` without git, or an unknown commit.
    """
    if not os.path.isdir(path):
        what = "not a directory" if os.path.exists(path) else "no such directory"
        raise RepositoryError(what, where=path, then="name the root of a repository")
    root, is_git = find_root(path)
    git = Git(root) if is_git else None
    folder = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    setting = _setting(git, environment, mode)
    if git is None:
        if options.ref or options.base:
            raise UsageError("--ref and --base need a git repository", where=path)
        return Trees(root, "" if folder == "." else folder, None, Snapshot(WorkTree(root, limits), limits, setting), "")
    commit = git.resolve(options.ref or "HEAD") if options.ref or git.has_commit() else ""
    source = CommitTree(git, commit, limits) if options.ref or git.bare else WorkTree(root, limits, git=git)
    head = Snapshot(source, limits, setting)
    trees = Trees(root, "" if folder == "." else folder, git, head, commit)
    return _with_base(trees, options, environment, mode, setting)


def _with_base(trees: Trees, options: Options, environment: Environment, mode: Mode, setting: Setting) -> Trees:
    """Add the base of a change; a base that cannot be read is a notice, a mistyped one an error."""
    git = trees.git
    base = options.base or (environment.base if mode in CHANGE_MODES else "")
    if git is None or not base:
        if mode in CHANGE_MODES:
            notice = "No base was given, so every finding is new and built-in defaults apply: pass --base REF."
            return trees.replace(notices=(notice,))
        return trees
    try:
        tip_commit = _base_commit(git, base, options, environment)
        before_commit = (git.merge_base(tip_commit, trees.commit) if trees.commit else None) or tip_commit
    except BaseUnavailableError as error:
        return trees.replace(notices=(f"{error.sentence()} Until then every finding is new.",))
    limits = trees.head.limits
    tip = Snapshot(CommitTree(git, tip_commit, limits), limits, setting)
    before = tip if before_commit == tip_commit else Snapshot(CommitTree(git, before_commit, limits), limits, setting)
    return trees.replace(tip=tip, before=before, before_commit=f"{tip_commit} {before_commit}")


def _base_commit(git: Git, base: str, options: Options, environment: Environment) -> str:
    """Return the commit of the base's tip.

    In a shallow checkout of GitHub's own merge commit the first parent is that tip
    (https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request);
    a head that the author made is never asked for its parent.
    """
    try:
        return git.resolve(base)
    except BaseUnavailableError:
        variables = environment.variables
        reference = variables.get("GITHUB_REF", "")
        is_merge = reference.startswith("refs/pull/") and reference.endswith("/merge")
        if options.base or not is_merge or git.resolve("HEAD") != variables.get("GITHUB_SHA"):
            raise
        return git.resolve("HEAD^1")


def _setting(git: Git | None, environment: Environment, mode: Mode) -> Setting:
    default = environment.default_branch or (git.default_branch() if git else None)
    slug = environment.repository or (git.slug() if git else "")
    branch = (environment.base_branch or "") if mode in CHANGE_MODES else ""
    return Setting(default_branch=default, slug=slug, branch=branch)
