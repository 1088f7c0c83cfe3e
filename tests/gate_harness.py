"""Builds snapshots for tests of gate readers."""

from __future__ import annotations

import json

from phase_mirror.repository.memory import MemoryTree
from phase_mirror.repository.snapshot import Setting, Snapshot


def tree(files, *, slug="", branch=None):
    """Return a snapshot of files; values that are not text become JSON."""
    texts = {path: text if isinstance(text, str) else json.dumps(text, indent=2) for path, text in files.items()}
    return Snapshot(MemoryTree(texts), setting=Setting(default_branch=branch, slug=slug))


def only(files, **setting):
    """Return the one gate of a tree in which everything can be read."""
    snapshot = tree(files, **setting)
    (gate,) = snapshot.gates
    assert not snapshot.unreadable
    return gate


def contexts(gate):
    """Return the names of the required checks."""
    return [check.context for check in gate.checks]


def quoted(gate, span):
    """Return the text a span covers on its first line."""
    end = span.end_column if span.end_line == span.line else None
    return gate.document.line(span.line)[span.column - 1 : end and end - 1]
