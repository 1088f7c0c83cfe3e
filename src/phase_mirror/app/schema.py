"""The SHA-256 of the report schema that is installed: what the first invariant is judged by."""

from __future__ import annotations

import hashlib
import json
import os

from phase_mirror.l0 import SCHEMA_SHA256
from phase_mirror.l0.schema_hash import FILE_SHA256
from phase_mirror.model import report_json

FILE = f"report-{report_json.SCHEMA_VERSION}.schema.json"


def installed_schema_hash() -> str:
    """Return 64 hex digits; empty, which violates the invariant, when the file is missing or no JSON."""
    try:
        with open(os.path.join(os.path.dirname(report_json.__file__), FILE), "rb") as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() == FILE_SHA256:
            return SCHEMA_SHA256  # the very bytes that it was computed from; else it is computed again
        return canonical_hash(data)
    except (OSError, ValueError):
        return ""


def canonical_hash(schema: bytes) -> str:
    """Return the SHA-256 of a JSON text in its canonical form: keys sorted, no blanks, ASCII.

    Raises:
        ValueError: no JSON.
    """
    text = json.dumps(json.loads(schema), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
