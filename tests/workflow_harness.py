"""Builds snapshots of workflows and says what their jobs report."""

from __future__ import annotations

import textwrap

from phase_mirror.repository.formats.yaml import read_yaml
from phase_mirror.repository.limits import DEFAULT_LIMITS
from phase_mirror.repository.memory import MemoryTree
from phase_mirror.repository.snapshot import Setting, Snapshot
from phase_mirror.repository.workflows.checks import checks_of
from phase_mirror.repository.workflows.matrix import expand
from phase_mirror.repository.workflows.reach import Occasion, starts
from phase_mirror.repository.workflows.reader import read_workflow

CI = ".github/workflows/ci.yml"


def tree(files, **setting):
    """Return a snapshot; a name without a slash is a workflow."""
    paths = {
        path if "/" in path else f".github/workflows/{path}": textwrap.dedent(text) for path, text in files.items()
    }
    return Snapshot(MemoryTree(paths), setting=Setting(**{"default_branch": "main", "slug": "acme/app", **setting}))


def workflow_of(text):
    """Return one workflow."""
    return read_workflow(read_yaml(CI, textwrap.dedent(text), merge_keys=False))


def checks(files, occasion=Occasion.PULL_REQUEST, branch="main", **setting):
    """Return the checks of a repository in which every file can be read; a text is its only workflow."""
    snapshot = tree({"ci.yml": files} if isinstance(files, str) else files, **setting)
    found = checks_of(snapshot, occasion, branch)
    assert not snapshot.unreadable
    return found


def names(files, **options):
    """Return the names of checks as texts, holes as dots."""
    return [str(check.name) for check in checks(files, **options)]


def jobs(body, **options):
    """Return the names that the jobs of a pull-request workflow report."""
    return names("on: pull_request\njobs:\n" + textwrap.indent(textwrap.dedent(body), "  "), **options)


def matrix(text, **env):
    """Return the combinations of a matrix given as YAML, None for a dynamic one."""
    root = read_yaml("a.yml", textwrap.dedent(text)).root
    found = expand(root, env, DEFAULT_LIMITS)
    assert found is not None
    return None if found.combinations is None else list(found.combinations)


def start(on, occasion=Occasion.PULL_REQUEST, branch="main", default=None):
    """Return how the only trigger under `on` answers an occasion."""
    text = f"on:\n{textwrap.indent(textwrap.dedent(on), '  ')}\njobs:\n  a:\n    runs-on: x\n"
    (found,) = starts(workflow_of(text), occasion, branch, default)
    return found
