"""Policies that most projects need, as SQL and as the rights that they must amount to."""

# ruff: noqa: S608  # SQL is what this module makes, of quoted names
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kitdb.diff.render import q
from kitdb.names import QualifiedName, quote_identifier

UID = "(select auth.uid())"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a template is filled in with.

    `column` holds the caller's id, or leads to `through`, whose `member` column does, in rows where `through_key` is
    the value of `column`; `condition` is a further condition on those rows.
    """

    table: QualifiedName
    column: str
    through: QualifiedName | None = None
    through_key: str = "id"
    member: str = "user_id"
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """The SQL for the policies folder and the lines for access.toml."""

    sql: str
    rows: tuple[tuple[str, str], ...]
    allow: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """One way to write policies: what it says, whether it needs a table in between, and who does the writing."""

    says: str
    make: Callable[[Asked], Written]
    through: bool = False


def _policies(asked: Asked, commands: Mapping[str, tuple[str, str]], roles: str = "authenticated") -> str:
    """Row level security on, grants and one policy a command; each command has its USING and its WITH CHECK."""
    table = asked.table
    parts = [
        f"alter table {table} enable row level security;",
        f"grant {', '.join(commands)} on {table} to {roles};",
    ]
    for command, (using, with_check) in commands.items():
        name = q(f"{table.name}_{command}")
        lines = [f"create policy {name} on {table}", f"  for {command} to {roles}"]
        lines += [f"  using ({using})"] if using else []
        lines += [f"  with check ({with_check})"] if with_check else []
        parts.append("\n".join(lines) + ";")
    return "\n\n".join(parts) + "\n"


def _owner(asked: Asked) -> Written:
    own = f"{q(asked.column)} = {UID}"
    commands = {"select": (own, ""), "insert": ("", own), "update": (own, own), "delete": (own, "")}
    rows = (("own", f"{q(asked.column)} = :uid"),)
    allow = ("user: select own", "user: insert(*) own", "user: update(*) own -> own", "user: delete own")
    return Written(_policies(asked, commands), rows, allow)


def _owner_read(asked: Asked) -> Written:
    commands = {"select": (f"{q(asked.column)} = {UID}", "")}
    return Written(_policies(asked, commands), (("own", f"{q(asked.column)} = :uid"),), ("user: select own",))


def _public_read(asked: Asked) -> Written:
    condition = asked.condition or "true"
    sql = _policies(asked, {"select": (condition, "")}, "anon, authenticated")
    if asked.condition is None:
        return Written(sql, (), ("anon, user: select",))
    return Written(sql, (("shown", condition),), ("anon, user: select shown",))


def _signed_in_read(asked: Asked) -> Written:
    return Written(_policies(asked, {"select": ("true", "")}), (), ("user: select",))


def _exists(asked: Asked, caller: str) -> str:
    through = asked.through or asked.table
    alias = "m" if through.name != "m" else "m1"
    further = f" and ({asked.condition})" if asked.condition else ""
    return (
        f"exists (select 1 from {through} {alias} where {alias}.{q(asked.through_key)} = "
        f"{quote_identifier(asked.table.name)}.{q(asked.column)} and {alias}.{q(asked.member)} = {caller}{further})"
    )


def _member(asked: Asked) -> Written:
    inside = _exists(asked, UID)
    commands = {"select": (inside, ""), "insert": ("", inside), "update": (inside, inside), "delete": (inside, "")}
    rows = (("of_mine", _exists(asked, ":uid")),)
    allow = (
        "user: select of_mine",
        "user: insert(*) of_mine",
        "user: update(*) of_mine -> of_mine",
        "user: delete of_mine",
    )
    return Written(_policies(asked, commands), rows, allow)


def _buyer(asked: Asked) -> Written:
    rows = (("bought", _exists(asked, ":uid")),)
    return Written(_policies(asked, {"select": (_exists(asked, UID), "")}), rows, ("user: select bought",))


TEMPLATES: Mapping[str, Template] = {
    "owner": Template("a user reads and writes the rows whose COLUMN is the user's id", _owner),
    "owner-read": Template("a user reads the rows whose COLUMN is the user's id; the server writes", _owner_read),
    "public-read": Template("everyone reads the rows (where CONDITION holds)", _public_read),
    "signed-in-read": Template("every user reads all rows", _signed_in_read),
    "member-of": Template("a user reads and writes the rows that THROUGH makes the user a member of", _member, True),
    "buyer-of": Template("a user reads the rows that THROUGH says the user has bought", _buyer, True),
}


def access_lines(asked: Asked, written: Written) -> str:
    """The table's part of access.toml."""
    name = asked.table.name if asked.table.schema == "public" else str(asked.table)
    lines = [f"[tables.{name}]"]
    lines += [f'rows.{row} = "{predicate}"' for row, predicate in written.rows]
    lines += ["allow = [", *(f'  "{line}",' for line in written.allow), "]"]
    return "\n".join(lines) + "\n"
