"""Finds the gate files of a tree and reads each with its reader."""

from __future__ import annotations

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.gates import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.gates.model import Gate
    from phase_mirror.repository.snapshot import Snapshot


MOST_GATES = 1_000
"""Layers of one repository; every branch is asked of every layer, so the time grows with the square."""


def read_gates(snapshot: Snapshot) -> tuple[Gate, ...]:
    """Return every gate the repository declares in files of its own, by path and then in order of the file.

    A file that cannot be read is listed under `snapshot.unreadable`, and the rest goes on; so is the file that goes
    beyond MOST_GATES, and what is left is not read. Gates of templates
    (`Gate.template`), those that may govern other repositories (`Gate.doubt`) and those that cover no branch but carry
    `ignored_keys` are among them; `union.effective` tells them apart.
    """
    gates: list[Gate] = []
    for gate in (gate for read in _READERS for gate in read(snapshot)):
        if len(gates) == MOST_GATES:
            snapshot.refuse(
                gate.path, UnreadableError(f"more than {MOST_GATES} gates in one repository", where=gate.path)
            )
            break
        gates.append(gate)
    return tuple(sorted(gates, key=lambda gate: gate.path))


def _attempt(snapshot: Snapshot, path: str, read: Callable[[Document], Iterable[Gate]]) -> list[Gate]:
    document = snapshot.document(path)
    if document is None:
        return []
    return snapshot.attempt(path, lambda: list(read(document))) or []


def _json(snapshot: Snapshot) -> Iterator[Gate]:
    for document in places.gate_json(snapshot):
        from phase_mirror.repository.gates.protection import read_protections  # noqa: PLC0415 - only where there is one
        from phase_mirror.repository.gates.rulesets import read_rulesets  # noqa: PLC0415 - as above

        template = places.is_template(document)
        for gate in [*read_rulesets(snapshot, document), *read_protections(snapshot, document)]:
            blank = any(places.is_blank(check.context) for check in gate.checks)
            yield gate.replace(template=True) if template or blank else gate


def _settings(snapshot: Snapshot) -> Iterator[Gate]:
    for path, kind, doubt in places.settings_files(snapshot):
        from phase_mirror.repository.gates.settings import read_settings  # noqa: PLC0415 - only where there is one

        yield from _attempt(
            snapshot,
            path,
            lambda document, kind=kind, doubt=doubt: read_settings(snapshot, document, kind, doubt),  # type: ignore[misc]
        )


def _asf(snapshot: Snapshot) -> Iterator[Gate]:
    if places.ASF_FILE in snapshot.files:
        from phase_mirror.repository.gates.asf import read_asf  # noqa: PLC0415 - only where there is one

        yield from _attempt(snapshot, places.ASF_FILE, lambda document: read_asf(snapshot, document))


def _mergify(snapshot: Snapshot) -> Iterator[Gate]:
    path = next((path for path in places.MERGIFY_FILES if path in snapshot.files), None)
    if path is not None:
        from phase_mirror.repository.gates.mergify import read_mergify  # noqa: PLC0415 - only where there is one

        yield from _attempt(snapshot, path, lambda document: read_mergify(snapshot, document))


def _bors(snapshot: Snapshot) -> Iterator[Gate]:
    path = next((path for path in places.BORS_FILES if path in snapshot.files), None)
    if path is not None:
        from phase_mirror.repository.gates.bors import read_bors  # noqa: PLC0415 - only where there is one

        yield from _attempt(snapshot, path, lambda document: [read_bors(snapshot, document)])


_READERS = (_json, _settings, _asf, _mergify, _bors)
