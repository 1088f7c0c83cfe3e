"""`bors.toml`: what Bors waits for before it merges its batch.

Source: https://github.com/bors-ng/bors-ng (`lib/worker/batcher/bors_toml.ex`): `status` is awaited on the branch
`staging`, `pr_status` on the pull request; keys may use `-` for `_`; an entry may hold `%` as in SQL.
"""

from __future__ import annotations

from phase_mirror.errors import UnreadableError
from phase_mirror.repository.gates.fields import Fields
from phase_mirror.repository.gates.model import (
    ACTIVE,
    BORS,
    LIKE,
    LITERAL,
    BranchPattern,
    Gate,
    RequiredCheck,
    Reviews,
    Word,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.snapshot import Snapshot

_LISTS = ("status", "pr_status", "block_labels")


def read_bors(snapshot: Snapshot, document: Document) -> Gate:
    """Return the gate of `bors.toml`.

    Raises:
        UnreadableError: a list is none, or nothing is awaited at all; Bors refuses the file too.
    """
    root = Fields(snapshot, document, document.root)
    for name in _LISTS:
        field = _at(root, name)
        if field.node is not None and not field.is_list:
            place = field.span
            where = f"{document.path}:{place.line}:{place.column}"
            raise UnreadableError(f"'{name}' must be a list, or Bors refuses the file", where=where)
    if not any(_at(root, name).items() for name in _LISTS):
        raise UnreadableError("Bors refuses a file without status, pr_status and block_labels", where=document.path)
    status = _at(root, "status")
    return Gate(
        kind=BORS,
        path=document.path,
        document=document,
        name="bors",
        span=status.span,
        locator="",
        enforcement=Word(ACTIVE, status.span, ""),
        include=(BranchPattern("~ALL", status.span),),
        checks=_checks(status, "staging") + _checks(_at(root, "pr_status"), "pull_request"),
        checks_at=status.span if status.key else None,
        reviews=_reviews(root),
    )


def _at(root: Fields, name: str) -> Fields:
    dashed = name.replace("_", "-")
    return root.at(dashed) if root.has(dashed) else root.at(name)


def _checks(field: Fields, occasion: str) -> tuple[RequiredCheck, ...]:
    found = []
    for item in field.items():
        context = item.text()
        if not context or item.node is None:
            item.complain("a status needs a name")
            continue
        found.append(
            RequiredCheck(
                context=context,
                span=item.document.span(item.node),
                locator=item.labelled(context).locator,
                document=item.document,
                pattern=LIKE if "%" in context else LITERAL,
                occasion=occasion,
            )
        )
    return tuple(found)


def _reviews(root: Fields) -> Reviews | None:
    approvals = _at(root, "required_approvals")
    owners = _at(root, "use_codeowners")
    if approvals.node is None and owners.node is None:
        return None
    first = approvals if approvals.node is not None else owners
    return Reviews(
        span=first.span,
        locator=first.locator,
        count=root.count(approvals.key.value) if approvals.key else None,
        code_owner=root.flag(owners.key.value) if owners.key else None,
    )
