"""Reads a configuration: the file, what it extends, and the preset at the end of the chain.

1. Check the file against the table of keys.
2. Follow `extends` inside the same tree, check each file, refuse circles.
3. Merge: mappings key by key, the nearer file wins; lists and scalars are replaced whole.
4. Every mistake of every file is reported together; only without one is the typed configuration made.
"""

from __future__ import annotations

import posixpath

from phase_mirror.config.build import below, build
from phase_mirror.config.check import Checker, Problem, quoted
from phase_mirror.config.keys import root
from phase_mirror.config.presets import DEFAULT_PRESET, PRESETS
from phase_mirror.errors import ConfigurationError, PhaseMirrorError
from phase_mirror.model.ids import family_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from phase_mirror.config.check import Raw
    from phase_mirror.config.kinds import Table
    from phase_mirror.config.records import Config, Setting
    from phase_mirror.model.rule import RuleInfo

    Tree = dict[str, Setting]

MOST_EXTENDED = 5
"""Files in one chain of `extends`; more are a maze, not a configuration."""


class InvalidConfigurationError(ConfigurationError):
    """A configuration with mistakes.

    Attributes:
        problems: all of them.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))

    def sentences(self) -> list[str]:
        """Return one sentence for each mistake."""
        return [str(problem) for problem in self.problems]


def load(raw: Raw, catalogue: Iterable[RuleInfo], read: Callable[[str], Raw]) -> Config:
    """Return the configuration a file states.

    Args:
        raw: the file.
        catalogue: every rule.
        read: returns another file of the same tree (never of another, never of the network); raises a
            PhaseMirrorError when it cannot.

    Raises:
        InvalidConfigurationError: with every mistake found.
    """
    chain = _Chain(root(catalogue), read)
    chain.follow(raw)
    if chain.problems:
        raise InvalidConfigurationError(tuple(chain.problems))
    tree: Tree = {}
    for layer in reversed(chain.layers):
        tree = merged(layer, tree)
    return build(tree, tuple(chain.files), chain.preset)


class _Chain:
    """Follows `extends` from file to file."""

    def __init__(self, table: Table, read: Callable[[str], Raw]) -> None:
        self.table = table
        self.read = read
        self.layers: list[Tree] = []
        self.files: list[str] = []
        self.problems: list[Problem] = []
        self.preset = DEFAULT_PRESET

    def follow(self, raw: Raw) -> None:
        """Check a file and all that it extends."""
        current: Raw | None = raw
        while current is not None:
            checker = Checker(current)
            layer = checker.check(self.table)
            self.problems += checker.problems
            self.layers.append(layer)
            self.files.append(current.path)
            current = self.next(layer.get("extends"))

    def next(self, extends: Setting | None) -> Raw | None:
        """Return the file that is extended; None at the end of the chain."""
        if extends is None:
            return None
        if extends.value in PRESETS:
            self.preset = extends.value
            return None
        path = posixpath.normpath(extends.value)
        if path in self.files:
            circle = " -> ".join((*self.files[self.files.index(path) :], path))
            self.wrong(extends, f"extends goes in a circle: {circle}", "end the chain with a preset")
        elif len(self.files) >= MOST_EXTENDED:
            self.wrong(extends, f"extends reaches over more than {MOST_EXTENDED} files", "shorten the chain")
        else:
            try:
                return self.read(path)
            except PhaseMirrorError as error:
                self.wrong(extends, f"extends {quoted(path)}, which cannot be read: {error.what}", error.then)
        return None

    def wrong(self, extends: Setting, what: str, then: str) -> None:
        """Note why the chain ends here."""
        self.problems.append(Problem(extends.place, what, then))


def merged(near: Tree, far: Tree) -> Tree:
    """Return two layers as one: the nearer file wins, key by key.

    What the nearer file says of a family also wins over what the farther one says of its rules. Keys of the nearer
    file come last, so that its branch patterns are applied last.
    """
    if "rules" in near and "rules" in far:
        rules = _without_overruled(below(near, "rules"), below(far, "rules"))
        far = {**far, "rules": far["rules"].replace(value=rules)}
    return _merged(near, far)


def _merged(near: Tree, far: Tree) -> Tree:
    tree = {key: setting for key, setting in far.items() if key not in near}
    for key, setting in near.items():
        other = far.get(key)
        if other is not None and isinstance(setting.value, dict) and isinstance(other.value, dict):
            tree[key] = setting.replace(value=_merged(setting.value, other.value))
        else:
            tree[key] = setting
    return tree


def _without_overruled(near: Tree, far: Tree) -> Tree:
    """Return the farther rules without the keys that the nearer file states for their family."""
    kept: Tree = {}
    for code, setting in far.items():
        family = below(near, family_of(code))
        left = {key: value for key, value in setting.value.items() if key not in family}
        kept[code] = setting.replace(value=left)
    return kept
