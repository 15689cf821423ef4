"""Dataclasses for what there are many kinds and many instances of.

A frozen dataclass compiles six methods for itself and sets each field with a call: with a hundred kinds that is half of
the time in which lint loads. These share the methods, and it is the type checker that sees to it that they stay as
they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, TypeVar, dataclass_transform

Kind = TypeVar("Kind", bound="Record")


class Record:
    """Compared, hashed and shown by its fields, but those with `compare=False` or `repr=False`."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    _compared: ClassVar[tuple[str, ...]] = ()

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self._compared])

    def __eq__(self, other: object) -> bool:
        return self.__class__ is other.__class__ and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self.__class__, self._values()))

    def __repr__(self) -> str:
        shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
        return f"{self.__class__.__qualname__}({', '.join(shown)})"


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(*, kw_only: bool = False) -> Callable[[type[Kind]], type[Kind]]:
    """Make a dataclass of a kind of Record."""

    def make(kind: type[Kind]) -> type[Kind]:
        kind.__doc__ = kind.__doc__ or kind.__name__  # or dataclass() writes one, and takes its time for it
        made = dataclass(eq=False, repr=False, slots=True, kw_only=kw_only)(kind)
        made._compared = tuple([one.name for one in fields(made) if one.compare])
        return made

    return make


def put_at(made: Kind, at: int) -> Kind:
    """A record that was just made, with its place: `replace` would make another."""
    object.__setattr__(made, "at", at)
    return made
