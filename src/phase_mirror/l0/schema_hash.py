"""Version and SHA-256 of the canonical report schema. Written by scripts/generate.py, never by hand."""

from __future__ import annotations

SCHEMA_VERSION = "2.0.0"
SCHEMA_SHA256 = "11585539221234b94f3fde57337ab1dfc02c2187ee23306ab8eb9fc521080af1"
FILE_SHA256 = "ea0bbc4c5ca96a18a62fb3387ee3a2cc69fb013f5f486576e639a13c78f4fb5e"
"""Of the file as it is shipped: its very bytes."""
