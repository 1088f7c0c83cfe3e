"""`phase-mirror validate`: the invariants alone, on the tree as it stands."""

from __future__ import annotations

from phase_mirror.app.analyze import Options, analyze_repository
from phase_mirror.model.ids import is_invariant
from phase_mirror.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from phase_mirror.model.decision import Decision
    from phase_mirror.model.report import Invariants, Item

NEEDED = ("MD-202",)
"""Rules the state is made of."""


class Validation(Record):
    """What the invariants say of a tree.

    Attributes:
        invariants: each with its evidence.
        items: the places that violate one.
        decision: of the run, which tells whether it is complete.
    """

    invariants: Invariants
    items: tuple[Item, ...]
    decision: Decision


def validate_repository(path: str, config: str = "") -> Validation:
    """Check the invariants on a repository, whatever was there before.

    Args:
        path: the repository, or a folder in it.
        config: a configuration file to use, empty for the usual ones.

    Raises:
        RepositoryError: the path is no repository that can be read.
        ConfigurationError: the configuration is invalid.
    """
    report = analyze_repository(path, Options(mode="local", rules=NEEDED, config=config, cache=False))
    if report.meta.invariants is None:
        raise AssertionError("every analysis checks the invariants")
    items = tuple(item for item in report.items if is_invariant(item.rule_id))
    return Validation(report.meta.invariants, items, report.decision)
