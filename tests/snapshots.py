"""Compares whole outputs with files; `UPDATE_SNAPSHOTS=1` rewrites them."""

import os
from pathlib import Path


def assert_snapshot(path, text):
    path = Path(path)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
