"""What becomes of a table when a column gets another type.

https://www.postgresql.org/docs/18/sql-altertable.html says when a table is not rewritten; which changes those are was
tried on servers of 15 and 18.
"""

from __future__ import annotations

import re
from typing import Literal

from kitdb.sql.record import Record, record


@record()
class Change(Record):
    what: Literal["nothing", "scan", "indexes", "rewrite"]
    certain: bool = True


_TYPE = re.compile(
    r"(?P<name>[^(\[]+?)\s*(?:\((?P<modifiers>[\d, -]+)\))?(?P<rest> with(?:out)? time zone)?(?P<array>(?:\[\])*)\Z"
)
_NOTHING = Change("nothing")


def type_change(old: str | None, new: str) -> Change:
    """What a change of type does to the rows; `old` is None where it is not known."""
    if old is None:
        # Most columns that become text were varchar.
        return Change("nothing", certain=False) if _parts(new)[0] == "text" else Change("rewrite", certain=False)
    if old == new:
        return _NOTHING
    (name, modifiers, array), (to, to_modifiers, to_array) = _parts(old), _parts(new)
    if array != to_array or (array and name != to):
        return Change("rewrite")
    if name != to:
        return _other_type(name, to, to_modifiers)
    return _NOTHING if _is_wider(name, modifiers, to_modifiers) else Change("rewrite")


def _parts(text: str) -> tuple[str, tuple[int, ...], str]:
    found = _TYPE.match(text)
    if found is None:
        return text, (), ""
    modifiers = tuple(int(part) for part in (found["modifiers"] or "").split(",") if part.strip())
    name = found["name"] + (found["rest"] or "")
    return name, modifiers, found["array"]


def _other_type(name: str, to: str, to_modifiers: tuple[int, ...]) -> Change:
    if name in _TEXTS and to in _TEXTS:
        return _NOTHING if not to_modifiers else Change("rewrite")
    if (name, to) == ("cidr", "inet"):
        return _NOTHING
    zones = {"timestamp with time zone", "timestamp without time zone"}
    if {name, to} == zones and not to_modifiers:
        # Only where TimeZone is UTC, as it is on Supabase.
        return Change("nothing", certain=False)
    return Change("rewrite")


_TEXTS = ("text", "character varying")
_PRECISE = (
    "timestamp with time zone", "timestamp without time zone", "time with time zone", "time without time zone",
    "interval",
)  # fmt: skip


def _is_wider(name: str, old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """Whether every value of the old modifiers fits the new ones as it is."""
    if not new:
        return name != "character"
    if name in ("character varying", "bit varying"):
        return bool(old) and old[0] <= new[0]
    if name == "numeric":
        scale, to_scale = (old[1] if len(old) > 1 else 0), (new[1] if len(new) > 1 else 0)
        return bool(old) and scale == to_scale and old[0] <= new[0]
    if name in _PRECISE:
        return (old[0] if old else 6) <= new[0]
    return old == new
