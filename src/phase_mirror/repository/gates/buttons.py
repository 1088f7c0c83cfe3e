"""Whether the repository allows merge commits at all, where a settings file says so.

Sources: `allow_merge_commit` of https://docs.github.com/en/rest/repos/repos#update-a-repository, which the Settings
apps pass on, and `enabled_merge_buttons` of https://github.com/apache/infrastructure-asfyaml.
"""

from __future__ import annotations

from phase_mirror.repository.formats.tree import boolean_of
from phase_mirror.repository.gates.places import ASF_FILE, settings_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.repository.snapshot import Snapshot


def merge_commits_off(snapshot: Snapshot) -> bool:
    """Say whether a settings file switches merge commits off, so that pull requests leave a linear history."""
    places: dict[str, tuple[str, ...]] = {}
    for path, _, doubt in settings_files(snapshot):
        if not doubt:
            places[path] = ("repository", "allow_merge_commit")
    if ASF_FILE in snapshot.files:
        places[ASF_FILE] = ("github", "enabled_merge_buttons", "merge")
    for path, keys in places.items():
        document = snapshot.document(path)
        if document is not None and boolean_of(document.root.get(*keys)) is False:
            return True
    return False
