"""The cache of reports: an unchanged tree under unchanged rules is known without parsing it.

An entry is found by everything that decides a report beside file contents (tool, options, base, list of paths, date),
and holds the SHA-256 of every file the analysis read; it counts only while all of them are unchanged. Entries carry an
HMAC under a key of this user: a cache that a build restored from elsewhere may be written by an attacker.

Entries are written to a temporary file and renamed, so runs side by side never see half of one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os

from phase_mirror.errors import UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from phase_mirror.repository.source import Source

KEY_BYTES = 32
MOST_ENTRIES = 200
"""Entries kept on disk; the oldest go first."""
LABEL = b"phase-mirror cache entry 1\0"


class Cache:
    """Entries in one private directory.

    Args:
        directory: created with mode 0700 when missing.
    """

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self._key: bytes | None = None

    def load(self, material: Mapping[str, Any], source: Source) -> dict[str, Any] | None:
        """Return the report stored for this material whose files are all unchanged, else None."""
        try:
            with open(self._path(material), "rb") as file:
                seal, _, body = file.read().partition(b"\n")
        except OSError:
            return None
        key = self._read_key()
        if key is None or not hmac.compare_digest(seal, _seal(key, body)):
            return None
        entry = json.loads(body)
        unchanged = all(_digest(source, path) == digest for path, digest in entry["files"].items())
        report: dict[str, Any] = entry["report"]
        return report if unchanged else None

    def save(self, material: Mapping[str, Any], files: Mapping[str, bytes | None], report: Mapping[str, Any]) -> bool:
        """Store a report with the digests of the files it was made from; False when the directory cannot be written."""
        digests = {path: None if data is None else hashlib.sha256(data).hexdigest() for path, data in files.items()}
        body = json.dumps({"files": digests, "report": report}, separators=(",", ":")).encode("ascii")
        try:
            os.makedirs(self.directory, mode=0o700, exist_ok=True)
            key = self._read_key() or self._make_key()
            path = self._path(material)
            temporary = f"{path}.{os.urandom(6).hex()}"
            write_private(temporary, _seal(key, body) + b"\n" + body)
            os.replace(temporary, path)
            self._prune()
        except OSError:
            return False
        return True

    def _path(self, material: Mapping[str, Any]) -> str:
        text = json.dumps(material, sort_keys=True, separators=(",", ":"))
        return os.path.join(self.directory, hashlib.sha256(text.encode()).hexdigest())

    def _read_key(self) -> bytes | None:
        """Return the key of this user; None when it is missing, short, or readable by others."""
        if self._key is None:
            try:
                path = os.path.join(self.directory, "key")
                if os.stat(path).st_mode & 0o077 or os.stat(path).st_uid != os.geteuid():
                    return None
                with open(path, "rb") as file:
                    key = file.read(KEY_BYTES + 1)
            except OSError:
                return None
            self._key = key if len(key) == KEY_BYTES else None
        return self._key

    def _make_key(self) -> bytes:
        """Create the key; when another run created it first, use that one."""
        path = os.path.join(self.directory, "key")
        temporary = f"{path}.{os.urandom(6).hex()}"
        write_private(temporary, os.urandom(KEY_BYTES))
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(temporary)
        key = self._read_key()
        if key is None:
            raise PermissionError(f"{path} is not a private key file of this user")
        return key

    def _prune(self) -> None:
        entries = [entry for entry in os.scandir(self.directory) if len(entry.name) == 64]
        if len(entries) > MOST_ENTRIES:
            for entry in sorted(entries, key=lambda entry: entry.stat().st_mtime)[: len(entries) - MOST_ENTRIES]:
                os.unlink(entry.path)


def _seal(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, LABEL + body, hashlib.sha256).hexdigest().encode("ascii")


def _digest(source: Source, path: str) -> str | None:
    try:
        return hashlib.sha256(source.read(path)).hexdigest()
    except UnreadableError:
        return None


def write_private(path: str, data: bytes) -> None:
    """Write a file that only this user can read.

    Raises:
        OSError: it cannot be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)


def code_fingerprint() -> str:
    """Return a digest of names, sizes and times of our own modules: an edited rule is not served old news."""
    root = os.path.dirname(os.path.dirname(__file__))
    digest = hashlib.sha256()
    for folder in (root, *sorted(entry.path for entry in os.scandir(root) if entry.is_dir())):
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith((".py", ".so")):
                stat = entry.stat()
                digest.update(f"{entry.path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
