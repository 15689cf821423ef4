"""`kitdb policy add`: policies that most projects need, with what they must amount to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kitdb.cli.options import Format, OutputFormat
from kitdb.errors import KitdbError
from kitdb.names import QualifiedName

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog
    from kitdb.database import Connection
    from kitdb.diff.policies import Asked
    from kitdb.settings import Settings


class PolicyExists(KitdbError):
    """The table has policies already."""

    hint = "Edit them there; kitdb policy add only writes the first ones of a table."


class PolicyDoesNotFit(KitdbError):
    """The declared schema has no table or column that the template is filled in with, or refuses the policy."""

    hint = "Nothing was written. Declare it first, or name another one."


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Write row level security policies from templates.", no_args_is_help=True)
    group.command()(add)
    group.command("list")(list_templates)
    app.add_typer(group, name="policy")


def add(
    template: Annotated[str, typer.Argument(help="owner, public-read, member-of, … (kitdb policy list)")],
    table: Annotated[str, typer.Argument(help="The table, in public unless said.")],
    column: Annotated[str, typer.Option(help="The column that holds the user's id, or leads to THROUGH.")] = "user_id",
    through: Annotated[
        str | None, typer.Option(metavar="TABLE", help="The table of members or purchases.", show_default=False)
    ] = None,
    key: Annotated[str, typer.Option(help="The column of THROUGH that COLUMN is found in.")] = "id",
    member: Annotated[str, typer.Option(help="The column of THROUGH that holds the user's id.")] = "user_id",
    where: Annotated[
        str | None,
        typer.Option(metavar="CONDITION", help="A further condition, in SQL.", show_default=False),
    ] = None,
    format: Format = OutputFormat.table,
) -> None:
    """Add policies to a table: SQL into the policies folder, and the rights they amount to into access.toml.

    Table and columns are looked up in the declared schema, and the policies tried there, before anything is written.

    Read both, then run kitdb generate and kitdb check-rls: the first writes the migration, the second proves it.

    Example:  kitdb policy add member-of notes --column org_id --through memberships --key org_id
    """
    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.diff.policies import TEMPLATES, Asked, access_lines
    from kitdb.rls.access import parse_access

    chosen = TEMPLATES.get(template)
    if chosen is None:
        raise typer.BadParameter(f"no template {template!r}; there are: {', '.join(TEMPLATES)}")
    if chosen.through and through is None:
        raise typer.BadParameter(f"{template} needs --through")
    settings = project_settings()
    asked = Asked(_name(table), column, _name(through) if through else None, key, member, where)
    written = chosen.make(asked)
    uses_column = chosen.through or template.startswith("owner")
    path = settings.policies / f"{asked.table.name}.sql"
    if path.exists():
        raise PolicyExists(f"{path} exists already")
    lines = access_lines(asked, written)
    before = settings.access.read_text(encoding="utf-8") if settings.access.exists() else ""
    after = before.rstrip("\n") + ("\n\n" if before else "") + lines
    if lines.splitlines()[0] in before:
        raise PolicyExists(f"{settings.access} has {lines.splitlines()[0]} already")
    parse_access(after, str(settings.access))
    notes = _try_on_declared(settings, asked, written.sql, uses_column=uses_column)
    _write(path, written.sql)
    _write(settings.access, after)
    told = [f"wrote {path}", f"wrote {settings.access}", *(f"note: {note}" for note in notes)]
    report.write_lines(
        format.value,
        {"written": [str(path), str(settings.access)], "sql": written.sql, "access": lines, "notes": notes},
        [*told, "now: kitdb generate, then kitdb check-rls"],
    )


def list_templates(format: Format = OutputFormat.table) -> None:
    """List the templates.

    Example:  kitdb policy list
    """
    from kitdb import report
    from kitdb.diff.policies import TEMPLATES

    report.write_lines(
        format.value,
        {name: template.says for name, template in TEMPLATES.items()},
        [f"{name:16}{template.says}" for name, template in TEMPLATES.items()],
    )


def _try_on_declared(settings: Settings, asked: Asked, sql: str, *, uses_column: bool) -> list[str]:
    """Look the names up in the declared schema, and run the policies there: what is still missing for them to work.

    Raises `PolicyDoesNotFit`.
    """
    import psycopg

    from kitdb.catalog.read import read_catalog
    from kitdb.cli.project import project_sandbox
    from kitdb.diff.declared import declared_files, load, read_declared
    from kitdb.diff.verify import scratch
    from kitdb.report.progress import Progress

    folders = [*settings.schemas, settings.policies] if settings.policies.is_dir() else settings.schemas
    declared = read_declared(declared_files(folders))
    with project_sandbox(settings, Progress(quiet=True)) as box, scratch(box) as (_, connection):
        load(connection, declared)
        catalog = read_catalog(connection)
        _look_up(catalog, asked.table, [asked.column] if uses_column else [])
        if asked.through is not None:
            _look_up(catalog, asked.through, [asked.through_key, asked.member])
        try:
            connection.execute(sql.encode())
        except psycopg.Error as error:
            raise PolicyDoesNotFit(f"Postgres refuses the policies: {error.diag.message_primary}") from error
        return [] if asked.through is None else _unread(connection, read_catalog(connection), asked.through, asked)


def _unread(connection: Connection, catalog: Catalog, through: QualifiedName, asked: Asked) -> list[str]:
    """Policies ask a table with the rights of the caller: what keeps users from it."""
    from kitdb.names import quote_identifier

    columns = [quote_identifier(name) for name in dict.fromkeys((asked.through_key, asked.member))]
    query = "select has_column_privilege('authenticated', %s::text, %s::text, 'select')"
    held = [
        connection.execute(query, (str(through), name)).fetchall()[0][0] for name in (asked.through_key, asked.member)
    ]
    if not all(held):
        return [f"authenticated may not read {through}, so that the policies refuse everything: "
                f"grant select ({', '.join(columns)}) on {through} to authenticated"]  # fmt: skip
    table = catalog.by_name[through]
    shown = [p for p in table.policies if p.command in ("all", "select") and {"public", "authenticated"} & {*p.roles}]
    if table.row_level_security and not shown:
        return [f"no policy shows users a row of {through}, so that nobody is a member: "
                f"let them see those with their own {asked.member}"]  # fmt: skip
    return []


def _look_up(catalog: Catalog, name: QualifiedName, columns: list[str]) -> None:
    tables = {str(one.name): one for one in catalog.relations if "table" in one.kind and not one.managed}
    table = tables.get(str(name))
    if table is None:
        raise PolicyDoesNotFit(f"no table {name} is declared{_meant(str(name), list(tables))}")
    known = [column.name for column in table.columns]
    for column in columns:
        if column not in known:
            raise PolicyDoesNotFit(f"table {name} has no column {column}{_meant(column, known)}")


def _meant(name: str, known: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(known)}" if known else ""


def _name(text: str) -> QualifiedName:
    schema, dot, name = text.rpartition(".")
    return QualifiedName(schema if dot else "public", name)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
