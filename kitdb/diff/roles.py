"""Roles that SQL makes, which belong to the server: two sides of a comparison make them on one and the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import islice

from kitdb.catalog.model import Catalog
from kitdb.database import Connection
from kitdb.diff.render import q
from kitdb.errors import KitdbError
from kitdb.sql.split import split, words

_CREATES = re.compile(r"\bcreate\s+(?:role|user|group)\b", re.IGNORECASE)
_NAME = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([\w$]+))')


class UnmadeRoles(KitdbError):
    """Roles belong to the server: what is granted to them fails where nothing has made them."""

    def __init__(self, side: str, statements: Sequence[str]) -> None:
        super().__init__(
            f"{side} has roles that no migration makes",
            hint=f"Nothing was written. Make a migration of its own first (kitdb new roles): {'; '.join(statements)}.",
        )


def makes_roles(text: str) -> bool:
    return _CREATES.search(text) is not None


def made_beside(connection: Connection) -> frozenset[str]:
    """The roles that are younger than the first database of this sandbox: another database's statements made them."""
    rows = connection.execute(
        "select r.rolname from pg_catalog.pg_roles r where r.oid > (select min(d.oid) from pg_catalog.pg_database d"
        " where d.datname ~ ('^' || pg_catalog.regexp_replace(pg_catalog.current_database(), '\\d+$', '') || '\\d+$'))"
    )
    return frozenset(name for (name,) in rows)


def without(text: str, roles: Set[str]) -> str:
    """The same statements, but that those which make the roles do nothing; every line stays where it is."""
    for statement in reversed(split(text)) if roles and makes_roles(text) else ():
        if _role_of(statement.text) in roles:
            nothing = "select" + re.sub(r"[^\n]", " ", statement.text[len("select") :])
            text = text[: statement.start] + nothing + text[statement.end :]
    return text


def made_by(texts: Iterable[str]) -> frozenset[str]:
    """The roles that the texts make, be it within a DO block."""
    return frozenset(
        name for text in texts for found in _CREATES.finditer(text) if (name := _name_at(text, found.end()))
    )


def _role_of(statement: str) -> str | None:
    match list(islice(words(statement), 2)), _CREATES.search(statement):
        case [["create", "role" | "user" | "group"], re.Match() as found]:
            return _name_at(statement, found.end())
    return None


def _name_at(text: str, start: int) -> str | None:
    name = _NAME.match(text, start)
    return None if name is None else name[1].replace('""', '"') if name[1] else name[2].lower()


def lacking(wanted: Catalog, known: Catalog) -> list[str]:
    """What makes the roles that a catalog speaks of, and that the server of the other lacks; without passwords."""
    there = {role.name for role in known.roles}
    spoken = {grant.grantee for grant in wanted.grants} | set(_owners(wanted))
    spoken |= {role for relation in wanted.relations for policy in relation.policies for role in policy.roles}
    spoken |= {name for one in wanted.default_privileges for name in (one.role, one.grantee)}
    made = {role.name: role for role in wanted.roles if role.name in spoken - there}
    found = [
        f"create role {q(role.name)}{' login' if role.login else ''}{'' if role.inherit else ' noinherit'}"
        for role in made.values()
    ]
    for role in wanted.roles:
        groups = [g for g in role.member_of if (g in made or role.name in made) and {g, role.name} <= there | {*made}]
        found += [f"grant {q(group)} to {q(role.name)}" for group in groups]
    return found


def _owners(catalog: Catalog) -> Iterator[str]:
    for things in (catalog.schemas, catalog.relations, catalog.sequences, catalog.types, catalog.routines):
        yield from (thing.owner for thing in things)
