"""Records: classes with slots and a generated constructor, cheap to import.

`dataclasses` costs 13 ms to import and `typing` 4, which every run of every user would pay (docs/decisions/0001).
A type checker sees a frozen dataclass; at run time the fields are slots and nothing guards them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Self, dataclass_transform
else:

    def dataclass_transform(**_options: object) -> object:
        """Stand in for the marker of `typing`, which only type checkers read."""
        return lambda cls: cls


def _constructor(fields: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    """Compile `__init__(self, a, b=default)`; the text holds only field names of our own classes."""
    arguments = ", ".join(f"{name}=_defaults[{name!r}]" if name in defaults else name for name in fields)
    body = "\n".join(f"    self.{name} = {name}" for name in fields) or "    pass"
    scope: dict[str, Any] = {"_defaults": defaults}
    exec(f"def __init__(self, {arguments}):\n{body}", scope)  # noqa: S102 - our own field names, nothing from outside
    return scope["__init__"]


def _late_constructor(fields: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    """Return an `__init__` that compiles the real one at its first call: most records of a program are never made."""

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807 - becomes the method of that name
        real = _constructor(fields, defaults)
        for owner in type(self).__mro__:
            if owner.__dict__.get("__init__") is __init__:
                type.__setattr__(owner, "__init__", real)
        real(self, *arguments, **named)

    return __init__


@dataclass_transform(frozen_default=True)
class RecordMeta(type):
    """Turns annotations into slots and a constructor."""

    _fields: tuple[str, ...]
    _defaults: dict[str, Any]

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> RecordMeta:
        """Build the class; fields of base records come first."""
        own = tuple(namespace.get("__annotations__", ()))
        inherited: tuple[str, ...] = ()
        defaults: dict[str, Any] = {}
        for base in bases:
            inherited += getattr(base, "_fields", ())
            defaults.update(getattr(base, "_defaults", {}))
        for field in own:
            if field in namespace:
                defaults[field] = namespace.pop(field)
        fields = inherited + tuple(field for field in own if field not in inherited)
        extra = namespace.pop("__slots__", ())
        namespace["__slots__"] = tuple(field for field in own if field not in inherited) + tuple(extra)
        namespace["_fields"] = fields
        namespace["_defaults"] = defaults
        if "__init__" not in namespace:
            namespace["__init__"] = _late_constructor(fields, defaults)
        return super().__new__(mcs, name, bases, namespace)


class Record(metaclass=RecordMeta):
    """Base of all records: equality, hash, text and `replace` by field."""

    __slots__ = ()

    def values(self) -> Iterator[Any]:
        """Yield the values in field order."""
        return (getattr(self, field) for field in type(self)._fields)

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed.

        Raises:
            TypeError: a name is not a field.
        """
        arguments = {field: getattr(self, field) for field in type(self)._fields}
        unknown = changes.keys() - arguments.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no field {min(unknown)!r}")
        arguments.update(changes)
        return type(self)(**arguments)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and tuple(self.values()) == tuple(other.values())

    def __hash__(self) -> int:
        return hash((type(self), *self.values()))

    def __repr__(self) -> str:
        inside = ", ".join(f"{field}={getattr(self, field)!r}" for field in type(self)._fields)
        return f"{type(self).__name__}({inside})"
