"""What the rules about CODEOWNERS share: the file that counts, or why there is nothing to ask."""

from __future__ import annotations

from phase_mirror.model.record import Record
from phase_mirror.repository.codeowners import GITLAB_PLACE, PLACES
from phase_mirror.rules.protocol import NotApplicable, NotAvailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.codeowners import Codeowners, OwnerRule
    from phase_mirror.repository.globs.owners import OwnersPattern
    from phase_mirror.repository.ownership import Ownership
    from phase_mirror.repository.snapshot import Snapshot

DOCS = (
    "https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/"
    "customizing-your-repository/about-code-owners"
)
SYNTAX = f"{DOCS}#codeowners-syntax"


class Owned(Record):
    """The CODEOWNERS file that counts, and who owns every file by it."""

    codeowners: Codeowners
    ownership: Ownership


def codeowners_of(facts: Snapshot) -> Codeowners | NotApplicable | NotAvailable:
    """Return the CODEOWNERS file that GitHub reads, its content counting or not."""
    codeowners = facts.codeowners
    if codeowners is None:
        path = next((path for path in (*PLACES, GITLAB_PLACE) if path in facts.unreadable), "")
        return NotAvailable(f"{path} cannot be read") if path else NotApplicable("there is no CODEOWNERS file")
    if codeowners.gitlab:
        return NotApplicable(f"{codeowners.path} is written for GitLab")
    return codeowners


def owned(facts: Snapshot) -> Owned | NotApplicable | NotAvailable:
    """Return the file with who owns what; a file that GitHub ignores whole owns nothing, which MD-404 says."""
    codeowners = codeowners_of(facts)
    if isinstance(codeowners, NotApplicable | NotAvailable):
        return codeowners
    ownership = facts.ownership
    if codeowners.too_large or ownership is None:
        return NotApplicable(f"GitHub ignores {codeowners.path}, which is too large")
    if not codeowners.rules:
        return NotApplicable(f"{codeowners.path} holds no line that counts")
    return Owned(codeowners, ownership)


def directory_of(pattern: OwnersPattern) -> str:
    """Return the pattern of everything below the directory of a `dir/*`.

    `dir/*` is bound to the root by its slash, and `dir/` is not, so a slash is put before it.
    """
    text = pattern.text[:-1]
    return text if text.startswith(("/", "**/")) else f"/{text}"


def owners_in_words(rule: OwnerRule) -> str:
    """Return the owners of a line for a sentence."""
    return ", ".join(f"'{owner.text}'" for owner in rule.owners) or "nobody"


def count_of(number: int, one: str = "file") -> str:
    """Return a number with what is counted: `1 file`, `2 files`."""
    return f"{number} {one}{'' if number == 1 else 's'}"
