"""Merge gates: every place a repository declares one, each layer a record whose values keep their position."""

from __future__ import annotations

from phase_mirror.repository.gates.model import Gate
from phase_mirror.repository.gates.reader import read_gates

__all__ = ["Gate", "read_gates"]
