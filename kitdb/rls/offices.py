"""Who makes somebody an administrator: columns and rows that policies ask for, and that users write themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kitdb.catalog.model import Catalog, Column, Relation
from kitdb.names import QualifiedName
from kitdb.rls.access import USERS, subject_of
from kitdb.rls.conditions import closing
from kitdb.rls.hints import bodies_behind, literals_in, names_in
from kitdb.rls.owners import Owners

_OFFICE = re.compile(
    r"admin|staff|moderator|superuser|owner|editor|role|permission|is_verified|approved", re.IGNORECASE
)
_BY_NAME = re.compile(r"(?:is_)?(?:super_?)?admin|(?:user_|app_)?role|is_(?:staff|moderator|superuser)|permissions?")
_CHOSEN = re.compile(r"raw_user_meta_data\W*->>?\W*(\w+)")


@dataclass(frozen=True, slots=True)
class Office:
    """A column of a table of users that policies ask for. Each of `wanted` is what one text compares it with.

    Everybody has what is its `default`. A row makes the one special whom a column of `holders` names.
    """

    table: QualifiedName
    column: str
    wanted: frozenset[frozenset[str]]
    certain: bool
    default: frozenset[str] = frozenset()
    holders: frozenset[str] = frozenset()

    def gained(self, before: str | None, after: str | None) -> bool:
        """Whether the new value is asked for somewhere where the old one is not."""
        if after is None or before == after or after in self.default or _OFFICE.search(before or ""):
            return False
        return any(after in values and before not in values for values in self.wanted)


Offices = Mapping[tuple[QualifiedName, str], Office]


def offices(catalog: Catalog, owners: Owners) -> Offices:
    """The columns by which policies, and the functions behind them, tell one user from another."""
    tables = [r for r in catalog.relations if r.kind in ("table", "partitioned table") and not r.managed]
    wanted: dict[tuple[QualifiedName, str], set[frozenset[str]]] = {}
    named: set[tuple[QualifiedName, str]] = set()
    holders: dict[tuple[QualifiedName, str], set[str]] = {}
    for asking in _asking(catalog):
        names = names_in(asking.text)
        for table in tables:
            asked = _about_caller(asking, table, owners) if table.name.name in names else frozenset()
            if not asked:
                continue
            for column in table.columns:
                values = _values(asking, column) if column.name in names else frozenset()
                if values and _may_be_office(table, column, owners):
                    place = (table.name, column.name)
                    wanted.setdefault(place, set()).add(values)
                    holders.setdefault(place, set()).update(asked)
                    if _OFFICE.search(column.name) or any(_OFFICE.search(value) for value in values):
                        named.add(place)
    defaults = {(t.name, c.name): frozenset(literals_in(c.default or "")) for t in tables for c in t.columns}
    keyed = {table.name for table in tables if one_a_user(table, owners, whole=False)}
    return {
        place: Office(*place, frozenset(found), place in named, defaults[place], frozenset(holders[place]))
        for place, found in wanted.items()
        if place in named or place[0] in keyed
    }


def one_a_user(table: Relation, owners: Owners, *, whole: bool = True) -> bool:
    """Whether a user is what its rows are told apart by; if not the `whole` of it, then a part."""
    mine = set(owners.of(table))
    keys = (set(c.columns) for c in table.constraints if c.kind in ("primary key", "unique"))
    return any(key <= mine if whole else key & mine for key in keys)


def memberships(catalog: Catalog, owners: Owners) -> frozenset[QualifiedName]:
    """The tables that policies of others ask whether the caller is in."""
    return frozenset(members(catalog, owners))


def members(catalog: Catalog, owners: Owners) -> dict[QualifiedName, frozenset[str]]:
    """The same, each with the columns in which they look for the caller."""
    found: dict[QualifiedName, frozenset[str]] = {}
    for relation in catalog.relations:
        texts = [text for policy in relation.policies for text in (policy.using, policy.with_check) if text]
        asked = [*map(Asking, texts), *_behind(catalog, texts)]
        for other in catalog.relations if texts else ():
            if other is not relation and not other.managed:
                naming = [asking for asking in asked if other.name.name in names_in(asking.text)]
                columns = frozenset().union(*(_about_caller(asking, other, owners) for asking in naming))
                if columns:
                    found[other.name] = found.get(other.name, frozenset()) | columns
    return found


def called_so(column: str) -> bool:
    """Whether the name alone says that the column makes somebody special."""
    return bool(_BY_NAME.fullmatch(column))


def chosen_at_sign_up(catalog: Catalog, known: Collection[tuple[QualifiedName, str]]) -> Iterator[tuple[str, str]]:
    """Functions that run when somebody signs up and take an office from what that person sends, and the column."""
    users = catalog.by_name.get(USERS)
    for trigger in users.triggers if users else ():
        for routine in catalog.routines:
            if routine.name != trigger.function:
                continue
            names = names_in(routine.body)
            for key in dict.fromkeys(_CHOSEN.findall(routine.body)):
                for table, column in known:
                    if column == key and table.name in names:
                        yield subject_of(routine.name), f"{subject_of(table)}.{column}"


def made_at_sign_up(catalog: Catalog, table: Relation) -> bool:
    """Whether everybody has a row there from the start."""
    users = catalog.by_name.get(USERS)
    functions = {trigger.function for trigger in users.triggers} if users else set()
    return any(table.name.name in names_in(r.body) for r in catalog.routines if r.name in functions)


@dataclass(frozen=True, slots=True)
class Asking:
    """A text that looks something up; `users` are the arguments in it that stand for the caller.

    `given` is what the function is called with elsewhere, in the place of its `arguments`.
    """

    text: str
    users: tuple[str, ...] = ()
    arguments: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()


def _asking(catalog: Catalog) -> Iterator[Asking]:
    """The parts of policies and functions that look something up, each alone."""
    texts = [text for policy in catalog.policies() for text in (policy.using, policy.with_check) if text]
    for text in texts:
        yield from map(Asking, _subqueries(text))
    yield from _behind(catalog, texts)


def _behind(catalog: Catalog, texts: Sequence[str]) -> Iterator[Asking]:
    """The functions that the texts call, and those behind them."""
    bodies = set(bodies_behind(catalog, names_in(" ".join(texts))))
    everything = "\n".join((*texts, *bodies))
    for routine in catalog.routines:
        if routine.body in bodies:
            calls = re.findall(
                rf"\b{re.escape(routine.name.name)}\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", everything
            )
            names = [(a.name or "").lower() for a in routine.arguments if a.type.name.name == "uuid"]
            users = (r"\$\d", *(re.escape(name) for name in names if name))
            yield Asking(
                routine.body,
                users if any("auth.uid()" in call for call in calls) else (),
                frozenset((a.name or "").lower() for a in routine.arguments),
                frozenset(literal for call in calls for literal in literals_in(call)),
            )


def _subqueries(text: str) -> Iterator[str]:
    """Each `(SELECT …)` in the text, inner ones within outer ones."""
    for found in re.finditer(r"\(\s*SELECT\b", text, re.IGNORECASE):
        part = text[found.start() : closing(text, found.start()) + 1]
        if re.search(r"\bFROM\b", part, re.IGNORECASE):
            yield part


def _about_caller(asking: Asking, table: Relation, owners: Owners) -> frozenset[str]:
    """The columns that name a user by which the text looks for the caller's row of the table."""
    users = "".join(rf"|(?:\w+\.)?{name}\b" for name in asking.users)
    caller = rf"(?:\(\s*SELECT\s+)*(?:auth\.uid\(\){users})"
    found = set()
    for name in owners.of(table):
        column = rf'(?:\w+\.)?"?\b{re.escape(name)}\b"?'
        if re.search(
            rf"{column}\s*=\s*{caller}|{caller}(?:\s+AS\s+uid)?\s*\)*\s*=\s*{column}", asking.text, re.IGNORECASE
        ):
            found.add(name)
    return frozenset(found)


def _values(asking: Asking, column: Column) -> frozenset[str]:
    """What the text compares the column with."""
    text = asking.text
    if column.type.name.name == "bool":
        denied = rf'(?:\bNOT\s+\(?(?:\w+\.)?"?{re.escape(column.name)}\b|\b{re.escape(column.name)}"?\s*=\s*false)'
        return frozenset(("false",) if re.search(denied, text, re.IGNORECASE) else ("true",))
    near = re.findall(rf'\b{re.escape(column.name)}"?\)?(?:::[\w."]+)?\)?\s*(?:=|in\b|IN\b)([^;]{{0,400}})', text)
    parts = [_first_comparison(part) for part in near]
    passed = any(names_in(part) & asking.arguments or "$" in part for part in parts)
    return frozenset(literal for part in parts for literal in literals_in(part)) | (
        asking.given if passed else frozenset()
    )


def _first_comparison(text: str) -> str:
    """The text up to the end of what stands right of the sign."""
    return re.split(r"\b(?:AND|OR)\b|\)\)", text, maxsplit=1, flags=re.IGNORECASE)[0]


def _may_be_office(table: Relation, column: Column, owners: Owners) -> bool:
    tied = {name for c in table.constraints if c.kind in ("foreign key", "primary key") for name in c.columns}
    return column.name not in owners.of(table) and (column.name not in tied or bool(_OFFICE.search(column.name)))
