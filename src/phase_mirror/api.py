"""The promised Python interface: one function over the composition root."""

from __future__ import annotations

from phase_mirror.app.analyze import Options, analyze_repository
from phase_mirror.errors import UsageError
from phase_mirror.model.levels import Mode
from phase_mirror.model.nearest import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os

    from phase_mirror.model.report import Report


def analyze(
    path: str | os.PathLike[str],
    *,
    mode: str = "pull_request",
    base: str | None = None,
    config: str | os.PathLike[str] | None = None,
) -> Report:
    """Analyze a repository as `phase-mirror analyze` does, without the cache.

    Args:
        path: the repository, or a folder in it.
        mode: `local`, `pull_request`, `merge_group`, `drift` or `calibration`.
        base: commit or ref that the change is compared with; None: as the environment says, else no base.
        config: a configuration file outside the repository's own places; None: the repository's.

    Raises:
        RepositoryError: the path is no repository that can be read.
        UsageError: an unknown mode or commit.
        ConfigurationError: the configuration is invalid.
    """
    modes = [each.value for each in Mode]
    if mode not in modes:
        raise UsageError(f"there is no mode '{mode}'", then=did_you_mean(mode, modes, f"one of: {', '.join(modes)}"))
    options = Options(mode=mode, base=base or "", config="" if config is None else str(config), cache=False)
    return analyze_repository(str(path), options)
