"""Dataclasses for what there are many kinds and many instances of.

A frozen dataclass compiles six methods for itself and sets each field with a call: with a hundred kinds that is half of
the time in which lint loads. These share the methods but one, which is made when the first of a kind is, and it is the
type checker that sees to it that they stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass, field, fields
from threading import RLock
from typing import Any, ClassVar, TypeVar, dataclass_transform

Kind = TypeVar("Kind", bound="Record")


class Record:
    """Compared, hashed and shown by its fields, but those with `compare=False` or `repr=False`."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    __match_args__: ClassVar[tuple[str, ...]] = ()
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
def record(
    *,
    kw_only: bool = False,
    frozen: bool = True,  # noqa: ARG001
) -> Callable[[type[Kind]], type[Kind]]:
    """Make a dataclass of a kind of Record, as soon as there is one of it; `frozen` is for the type checker alone."""

    def make(kind: type[Kind]) -> type[Kind]:
        kind.__doc__ = kind.__doc__ or kind.__name__  # or dataclass() writes one, and takes its time for it
        own = () if kw_only else tuple(kind.__annotations__)
        kind.__match_args__ = (*kind.__match_args__, *own)  # type: ignore[misc]
        kind.__init__ = _first_init  # type: ignore[assignment]
        _kw_only[kind] = kw_only
        return kind

    return make


_kw_only: dict[type[Record], bool] = {}  # of those that are not made yet
_making = RLock()


def _first_init(self: Record, *values: Any, **named: Any) -> None:
    with _making:
        for kind in reversed(type(self).__mro__):
            if kind in _kw_only:
                _complete(kind, kw_only=_kw_only.pop(kind))
    self.__init__(*values, **named)  # type: ignore[misc]  # the one that was just made


def _complete(kind: type[Record], *, kw_only: bool) -> None:
    """Take over what a dataclass of the same fields has; other threads may wait for the last of it."""
    left_out = ("__init__", "__dict__", "__weakref__")
    twin: Any = type(kind.__name__, kind.__bases__, {key: vars(kind)[key] for key in vars(kind) if key not in left_out})
    made = dataclass(eq=False, repr=False, match_args=False, kw_only=kw_only)(twin)
    for name in ("__dataclass_fields__", "__dataclass_params__"):
        setattr(kind, name, getattr(made, name))
    kind._compared = tuple([one.name for one in fields(made) if one.compare])
    kind.__init__ = made.__init__  # type: ignore[method-assign]


def put_at(made: Kind, at: int) -> Kind:
    """A record that was just made, with its place: `replace` would make another."""
    object.__setattr__(made, "at", at)
    return made
