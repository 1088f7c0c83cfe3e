"""Which files may hold a gate, and which of them nobody applies."""

from __future__ import annotations

import re
from functools import cache

from phase_mirror.repository.formats.tree import Mapping, Scalar
from phase_mirror.repository.gates.model import SAFE_SETTINGS, SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from phase_mirror.repository.formats.document import Document
    from phase_mirror.repository.snapshot import Snapshot

ASF_FILE = ".asf.yaml"

BORS_FILES = ("bors.toml", ".github/bors.toml")
"""The first one counts (https://github.com/bors-ng/bors-ng, `lib/worker/batcher/get_bors_toml.ex`)."""

MERGIFY_FILES = (
    ".mergify.yml",
    ".mergify.yaml",
    ".mergify/config.yml",
    ".mergify/config.yaml",
    ".github/mergify.yml",
    ".github/mergify.yaml",
)
"""The first one counts (https://docs.mergify.com/configuration/file-format/)."""

SETTINGS_FILE = ".github/settings.yml"

_HOMES = (".github", "safe-settings", ".github/safe-settings")
"""Where safe-settings is kept: `CONFIG_PATH` is `.github` unless the operator says otherwise."""

_CENTRAL_NAMES = frozenset({"admin", "safe-settings"})
"""Repositories that hold the settings of others and are themselves left alone unless their operator says otherwise."""

_EVERY = "the file is for every repository of the organization, and its operator decides which are left out"

_FOREIGN = frozenset({"node_modules", "vendor", "vendored", "third_party", "third-party", "site-packages"})
"""Folders of other people's files."""

_TRIALS = frozenset({"test", "tests", "testdata", "mocks", "fixture", "fixtures", "cassettes", "snapshots"})
"""Words in the names of folders of files made to be tested on, such as `__fixtures__` or `test_rulesets`."""

_PATTERNS = frozenset(
    {
        "template",
        "templates",
        "templated",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "doc",
        "docs",
        "documentation",
        "skeleton",
        "scaffold",
        "scaffolds",
        "boilerplate",
        "cookiecutter",
        "archetype",
        "starter",
    }
)
"""Words of a path that say that the file is shown, or copied elsewhere, and not applied here."""

_SIGNS = (b'"required_status_checks"', b'"required_pull_request_reviews"', b'"enforcement"', b'"enforce_admins"')
"""What a JSON file must hold to be worth parsing."""

_DEEPEST_UNDER_GITHUB = 3


def gate_json(snapshot: Snapshot) -> Iterator[Document]:
    """Yield the JSON files that may hold a ruleset or a branch protection.

    Only files are opened whose path speaks of rulesets or protection, or that lie in `.github` or one folder below it.
    """
    for path in snapshot.paths:
        if not path.endswith(".json") or is_foreign(path) or not _speaks(path):
            continue
        data = snapshot.data(path)
        if data is None or not any(sign in data for sign in _SIGNS):
            continue
        document = snapshot.document(path)
        if document is not None:
            yield document


def _speaks(path: str) -> bool:
    lower = path.lower()
    if "ruleset" in lower or "protection" in lower:
        return True
    parts = lower.split("/")
    return ".github" in parts[:-1] and len(parts) - parts.index(".github") <= _DEEPEST_UNDER_GITHUB


def is_foreign(path: str) -> bool:
    """Say whether a file belongs to somebody else or to a test, so that it says nothing of this repository."""
    folders = path.lower().split("/")[:-1]
    return any(folder in _FOREIGN or not _TRIALS.isdisjoint(re.split(r"[-_. ]+", folder)) for folder in folders)


def is_template(document: Document) -> bool:
    """Say whether a file is a template, an example or documentation: by a word of its path or by its own comment."""
    words = {word for part in document.path.lower().split("/") for word in re.split(r"[-_. ]", part)}
    return bool(words & _PATTERNS) or _calls_itself_one(document)


@cache
def _remark() -> re.Pattern[str]:
    return re.compile(r"\b(template|example|sample)\b", re.IGNORECASE)


def _calls_itself_one(document: Document) -> bool:
    if not isinstance(document.root, Mapping):
        return False
    for key, value in document.root.entries:
        is_remark = key.value.startswith(("_", "$", "//")) or key.value in {"comment", "description", "note", "notes"}
        if is_remark and isinstance(value, Scalar) and _remark().search(value.value):
            return True
    return False


@cache
def _blank() -> re.Pattern[str]:
    return re.compile(r"<[^<>]*>|\{\{.*\}\}|\$\{.*\}|\b(YOUR|REPLACE|CHANGE)[-_ ]|\bTODO\b")


def is_blank(name: str) -> bool:
    """Say whether a check name is a blank to fill in, such as `<check name>`, so that its file is a template."""
    return bool(_blank().search(name))


def settings_files(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """Return the settings files to read as (path, kind, doubt); files about other repositories are left out.

    The doubt says why a file may not be about this repository; one of `suborgs` must be asked itself.
    """
    name = snapshot.setting.slug.rpartition("/")[2]
    central = [home for home in _HOMES if _is_central(snapshot, home, name)]
    found: list[tuple[str, str, str]] = []
    if SETTINGS_FILE in snapshot.files and ".github" not in central:
        found.append((SETTINGS_FILE, SETTINGS, ""))
    for home in central:
        whole = f"{home}/settings.yml"
        if whole in snapshot.files and name not in _CENTRAL_NAMES:
            found.append((whole, SAFE_SETTINGS, _EVERY))
        found += [(path, SAFE_SETTINGS, "") for path in snapshot.under(f"{home}/suborgs") if path.endswith(".yml")]
        for path in snapshot.under(f"{home}/repos"):
            stem = path.rpartition("/")[2].removesuffix(".yml")
            if path.endswith(".yml") and (not name or stem == name):
                found.append((path, SAFE_SETTINGS, "" if name else f"the file is for the repository '{stem}'"))
    return found


def _is_central(snapshot: Snapshot, home: str, name: str) -> bool:
    """Say whether a folder has the layout of safe-settings."""
    if f"{home}/settings.yml" in snapshot.files and (home != ".github" or name in _CENTRAL_NAMES):
        return True
    folders = (f"{home}/repos", f"{home}/suborgs")
    return any(path.endswith(".yml") for folder in folders for path in snapshot.under(folder))
