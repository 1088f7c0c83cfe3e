import pytest

from phase_mirror.model.record import Record


class Point(Record):
    """A point."""

    x: int
    y: int = 2


class Named(Point):
    """A point with a name."""

    name: str = "origin"


def test_fields_defaults_and_inheritance():
    named = Named(1)
    assert (named.x, named.y, named.name) == (1, 2, "origin")
    assert list(named.values()) == [1, 2, "origin"]
    assert repr(named) == "Named(x=1, y=2, name='origin')"


def test_equality_and_hash_are_by_value_and_type():
    assert Point(1) == Point(1, 2)
    assert Point(1) != Point(2)
    assert Point(1) != Named(1)
    assert len({Point(1), Point(1), Point(3)}) == 2


def test_replace_copies_and_refuses_unknown_fields():
    assert Point(1).replace(y=5) == Point(1, 5)
    with pytest.raises(TypeError, match="Point has no field 'z'"):
        Point(1).replace(z=1)


def test_no_other_attributes():
    with pytest.raises(AttributeError):
        Point(1).other = 3
