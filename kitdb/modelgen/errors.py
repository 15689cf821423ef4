"""What to tell a client instead of a raw Postgres error: a code and a sentence for each SQLSTATE and constraint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kitdb.modelgen.layout import Group, Node, call, literal, statement
from kitdb.modelgen.spec import ConstraintSpec

# https://www.postgresql.org/docs/18/errcodes-appendix.html, and PostgREST's own.
SQLSTATES: Mapping[str, tuple[str, str]] = {
    "22001": ("too_long", "A text is too long."),
    "22003": ("out_of_range", "A number is too large or too small."),
    "22007": ("invalid_date", "A date or time is not valid."),
    "22008": ("date_out_of_range", "A date or time is out of range."),
    "22023": ("invalid_value", "A value is not valid."),
    "22P02": ("invalid_value", "A value is not valid."),
    "23502": ("missing_value", "A required value is missing."),
    "23503": ("unknown_reference", "Something that this refers to does not exist, or is still in use."),
    "23505": ("already_exists", "This already exists."),
    "23514": ("not_allowed", "A value is not allowed."),
    "23P01": ("overlaps", "This overlaps with something that already exists."),
    "25006": ("read_only", "Nothing can be changed here."),
    "40001": ("conflict", "Somebody else changed this at the same time. Try again."),
    "40P01": ("conflict", "Somebody else changed this at the same time. Try again."),
    "42501": ("forbidden", "You are not allowed to do this."),
    "42703": ("out_of_date", "This version of the app is out of date."),
    "42883": ("out_of_date", "This version of the app is out of date."),
    "42P01": ("out_of_date", "This version of the app is out of date."),
    "53300": ("busy", "The service is busy. Try again."),
    "55P03": ("busy", "The service is busy. Try again."),
    "57014": ("too_slow", "This took too long. Try again."),
    "57P03": ("unavailable", "The service is not available. Try again."),
    "P0001": ("refused", "This was refused."),
    "PGRST116": ("not_found", "This was not found."),
    "PGRST202": ("out_of_date", "This version of the app is out of date."),
    "PGRST204": ("out_of_date", "This version of the app is out of date."),
    "PGRST205": ("out_of_date", "This version of the app is out of date."),
    "PGRST301": ("signed_out", "Your session has ended. Sign in again."),
    "PGRST302": ("signed_out", "Sign in to do this."),
    "PGRST303": ("signed_out", "Your session has ended. Sign in again."),
}
UNKNOWN = ("unexpected", "Something went wrong.")


def constraint_errors(constraints: Iterable[ConstraintSpec]) -> dict[str, tuple[str, str]]:
    """Code and message for each constraint's name; a comment on the constraint is its message.

    The name is all that PostgREST tells, so one that several tables share gets what they agree on.
    """
    found: dict[str, tuple[str, str]] = {}
    for constraint in constraints:
        error = _error(constraint)
        if constraint.name in found and found[constraint.name] != error:
            error = SQLSTATES[_SQLSTATE[constraint.kind]]
        found[constraint.name] = error
    return dict(sorted(found.items()))


_SQLSTATE = {"primary key": "23505", "unique": "23505", "check": "23514", "foreign key": "23503", "exclude": "23P01"}


def _error(constraint: ConstraintSpec) -> tuple[str, str]:
    code, message = _derived(constraint)
    return code, " ".join((constraint.comment or "").split()) or message


def _derived(constraint: ConstraintSpec) -> tuple[str, str]:
    table = constraint.table.name
    what, code = _words(constraint.columns), "_".join((table, *constraint.columns))
    match constraint.kind:
        case "unique" | "primary key" if len(constraint.columns) == 1:
            return f"{code}_taken", f"This {what} is already taken."
        case "unique" | "primary key" if constraint.columns:
            return f"{code}_taken", f"This combination of {what} already exists."
        case "foreign key":
            return f"{code}_unknown", f"The {what} does not exist, or is still in use."
        case "check":
            return constraint.name, f"The {what} is not allowed." if what else "A value is not allowed."
        case "exclude":
            return f"{code}_overlaps", f"This {what} overlaps with one that already exists."
    return f"{table}_taken", "This already exists."


def _words(columns: Iterable[str]) -> str:
    """`kit_id` is "kit" to a person."""
    words = [column.removesuffix("_id").replace("_", " ").strip() or column for column in columns]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


_START = '''"""What to tell a client instead of a raw error of the database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple


class DatabaseError(NamedTuple):
    """A code for programs and a sentence for people."""

    code: str
    message: str


'''
_END = '''
_OF_CONSTRAINTS = frozenset({"23503", "23505", "23514", "23P01"})


def explain(sqlstate: str, constraint: str | None = None) -> DatabaseError:
    """What an error means, by its SQLSTATE and the constraint that it names."""
    found = CONSTRAINTS.get(constraint) if constraint else None
    return found or SQLSTATES.get(sqlstate, UNKNOWN)


def explain_response(body: Mapping[str, Any]) -> DatabaseError:
    """What the body of a failed PostgREST request means."""
    sqlstate = str(body.get("code") or "")
    if sqlstate in _OF_CONSTRAINTS:
        # The message is in the server's language: of the names in it, one is known.
        for name in re.findall('"([^"]*)"', str(body.get("message") or "")):
            if name in CONSTRAINTS:
                return CONSTRAINTS[name]
    return explain(sqlstate)
'''


def python_errors(constraints: Iterable[ConstraintSpec]) -> str:
    """The text of errors.py."""
    return "".join(
        (
            _START,
            statement("UNKNOWN: Final = ", call("DatabaseError", *map(literal, UNKNOWN))) + "\n\n",
            _table("SQLSTATES", SQLSTATES),
            "\n",
            _table("CONSTRAINTS", constraint_errors(constraints)),
            _END,
        )
    )


def _table(name: str, entries: Mapping[str, tuple[str, str]]) -> str:
    items: list[Node] = []
    for key, error in entries.items():
        value = call("DatabaseError", *map(literal, error))
        items.append(Group(f"{literal(key)}: {value.head}", value.items, value.tail))
    return statement(f"{name}: Final[Mapping[str, DatabaseError]] = ", Group("{", tuple(items), "}")) + "\n"
