"""`kitdb generate`: the migration that makes the database what the declared schema says."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kitdb.cli.options import (
    Exposure,
    Format,
    MigrationsFolder,
    OutputFormat,
    PgMajor,
    Quiet,
    Sandbox,
    SandboxImage,
    StandIns,
)
from kitdb.errors import KitdbError

if TYPE_CHECKING:
    from kitdb.catalog.model import Catalog
    from kitdb.catalog.structure import ObjectId
    from kitdb.database import Connection
    from kitdb.diff.declared import Declared
    from kitdb.diff.prove import Access, Bench, Proposal
    from kitdb.diff.reference import ReferenceTable
    from kitdb.diff.rename import Wish
    from kitdb.diff.state import State
    from kitdb.diff.steps import Hazard
    from kitdb.diff.verify import DeclaredState
    from kitdb.diff.write import Draft
    from kitdb.migrate.files import Migration, MigrationFolder
    from kitdb.names import QualifiedName
    from kitdb.report.progress import Progress
    from kitdb.sandbox import Sandbox as RunningSandbox
    from kitdb.settings import Settings


# Below the migrations, where neither kitdb nor the Supabase CLI takes files for migrations.
_DOWN = "down"


class Online(StrEnum):
    """Where tables are changed in ways that let others work on them meanwhile."""

    auto = "auto"
    always = "always"
    never = "never"


def register(app: typer.Typer) -> None:
    app.command()(generate)


def generate(
    name: Annotated[str, typer.Argument(help="What the migration is about.")] = "schema",
    version: Annotated[
        str | None,
        typer.Option(metavar="DIGITS", help="The version to give it. [default: now, UTC]", show_default=False),
    ] = None,
    migrations: MigrationsFolder = None,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    pg_major: PgMajor = None,
    exposure: Exposure = None,
    stand_ins: StandIns = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if migrations and declared schema differ.")
    ] = False,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OLD=NEW",
            help="A table, column or other object that only got another name; `none`: nothing (else) did.",
            show_default=False,
        ),
    ] = None,
    allow_destructive: Annotated[
        bool, typer.Option("--allow-destructive", help="Write the migration even if it deletes data.")
    ] = False,
    from_url: Annotated[
        str | None,
        typer.Option(
            "--from-url",
            metavar="URL",
            help="Write the first declared schema instead: that of this database, in readable files.",
            show_default=False,
        ),
    ] = None,
    online: Annotated[
        Online,
        typer.Option(help="Forms that do not lock tables for long: where they are in use (auto), everywhere, nowhere."),
    ] = Online.auto,
    single_file: Annotated[
        bool, typer.Option("--single-file", help="All in one file, which one transaction runs: --online never.")
    ] = False,
    down: Annotated[
        bool, typer.Option("--down", help="Write the way back too, proved as well, into the folder down beside it.")
    ] = False,
    db_url: Annotated[
        str | None,
        typer.Option(
            "--db-url",
            metavar="URL",
            help="A live database: asked how many rows the tables that it locks have.",
            show_default=False,
        ),
    ] = None,
    quiet: Quiet = False,
    format: Format = OutputFormat.table,
) -> None:
    """Write the migration from what the migrations give to what is declared, and prove it before it is written.

    The declared files (supabase/schemas, supabase/policies) are loaded into a throwaway Postgres, in whatever order
    works. The migration is applied, as a deploy would, to a copy of what the migrations give, with rows in its tables.
    Only if that gives the declared schema, object by object and by pg_dump, and loses nothing that nobody asked it to
    drop, is it written. A column or table that only got another name says so above its declaration
    (-- kitdb: renamed from old), or with --rename.

    Example:  kitdb generate add_kit_likes
    """
    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.report.progress import Progress

    if version is not None and not version.isdigit():
        raise typer.BadParameter("a version is digits only", param_hint="--version")
    slug = re.sub(r"\W+", "_", name).strip("_").lower()
    if not slug:
        raise typer.BadParameter("the name needs a letter or a digit")
    settings = project_settings(
        migrations=migrations,
        sandbox=sandbox,
        sandbox_image=sandbox_image,
        pg_major=pg_major,
        exposure=exposure,
        stand_ins=stand_ins,
    )
    progress = Progress(quiet=quiet or format is OutputFormat.json)
    if from_url is not None:
        paths = _declare(settings, from_url, progress)
        report.write_lines(
            format.value,
            {"outcome": "written" if paths else "nothing to declare", "written": [str(path) for path in paths]},
            [f"wrote {path}" for path in paths] or ["nothing to declare: the database has no objects of its own"],
        )
        raise typer.Exit(0)
    form = Online.never if single_file else online
    renames = tuple(rename or ())
    wanted = _Wanted(slug, version, check, renames, allow_destructive, form.value, single_file, down, db_url)
    found = _generate(settings, wanted, progress)
    report.write_lines(format.value, found.value(), found.lines())
    raise typer.Exit(1 if found.different else 0)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the command line asks for."""

    name: str
    version: str | None
    check: bool
    renames: tuple[str, ...]
    allow_destructive: bool
    online: Literal["auto", "always", "never"]
    single_file: bool = False
    down: bool = False
    db_url: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of it: the files written, or the differences."""

    written: tuple[Path, ...] = ()
    different: tuple[str, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    access: Access | None = None
    checks: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    lint: tuple[str, ...] = ()  # what kitdb lint calls an error in the files

    def value(self) -> dict[str, object]:
        return {
            "outcome": "differs" if self.different else "written" if self.written else "up to date",
            "written": [str(path) for path in self.written],
            "differences": list(self.different),
            "hazards": [{"name": h.name, "message": h.message, "destructive": h.destructive} for h in self.hazards],
            "access": list(self.access.lines) if self.access else [],
            "access_tried": self.access is not None and self.access.tried,
            "checks": list(self.checks),
            "not_covered": list(self.not_covered),
            "lint": list(self.lint),
        }

    def lines(self) -> list[str]:
        uncovered = [f"not covered: {what}" for what in self.not_covered]
        if self.different:
            head = "the migrations do not give the declared schema (- migrations only, + declared only, ~ different):"
            return [head, *(f"  {line}" for line in self.different), *uncovered]
        if not self.written:
            outcome = "nothing to do: the migrations give the declared schema"
            return [outcome + (", but for what is not covered" if uncovered else ""), *uncovered]
        return [
            *(f"wrote {path}" for path in self.written),
            *(f"  {hazard}" for hazard in self.hazards),
            *self._access(),
            *(f"  lint: {line}" for line in self.lint),
            *uncovered,
        ]

    def _access(self) -> list[str]:
        if self.access is None or not (self.access.lines or self.access.how):
            return []
        told = [f"  access: {' '.join(line.split())}" for line in self.access.lines]
        how = [f"  access: {'' if told else 'no change, '}{self.access.how}"] if self.access.how else []
        return [*told, *how]


def _generate(settings: Settings, wanted: _Wanted, progress: Progress) -> _Found:
    from kitdb.cli.project import count, project_sandbox
    from kitdb.diff.declared import declared_files, load, read_declared
    from kitdb.diff.roles import UnmadeRoles
    from kitdb.diff.state import read_state
    from kitdb.diff.verify import DeclaredState, scratch
    from kitdb.migrate.files import MigrationFolder, read_migrations

    policies = [settings.policies] if settings.policies.is_dir() else []
    declared = read_declared(declared_files([*settings.schemas, *policies]))
    if not (declared or wanted.check):
        raise NothingDeclared([*settings.schemas, *policies])
    folder = settings.migrations
    existing = read_migrations(folder) if folder.is_dir() else MigrationFolder(folder, ())
    with project_sandbox(settings, progress) as box:
        progress.step("loading the declared schema")
        with ExitStack() as stack:
            database, connection = stack.enter_context(scratch(box))
            ordered = load(connection, declared)
            state = read_state(connection)
            progress.done(f"declared schema loaded: {count(len(declared), 'statement')}")
            unmade = _roles_no_migration_makes(connection, declared, existing)
            if wanted.check:
                rows = _Rows.of(settings, declared, connection, state)
                found = _difference(box, existing, state.catalog, progress, database, rows)
                found = replace(found, different=(*(f"+ role {role}" for role in unmade), *found.different))
                return _with_what_is_left_out(found, settings, declared, existing)
            if not existing.migrations:
                connection.close()
                return _first(box, wanted, existing, DeclaredState(ordered, state.catalog), state, database, progress)
            if unmade:
                raise UnmadeRoles("the declared schema", [f"create role {role}" for role in unmade])
            connection.close()
            found = _change(box, settings, wanted, existing, declared, state, database, progress)
            return _with_what_is_left_out(found, settings, declared, existing)


def _roles_no_migration_makes(
    connection: Connection, declared: tuple[Declared, ...], existing: MigrationFolder
) -> list[str]:
    """Roles that the declared files have made in the sandbox, where a migration that needs them finds them."""
    from kitdb.diff import roles
    from kitdb.names import quote_identifier

    named = roles.made_by(one.statement.text for one in declared)
    named -= roles.made_by(migration.text for migration in existing.migrations)
    return sorted(quote_identifier(role) for role in named & roles.made_beside(connection)) if named else []


def _with_what_is_left_out(
    found: _Found, settings: Settings, declared: tuple[Declared, ...], existing: MigrationFolder
) -> _Found:
    """The same, and which declared rows and statements take no part."""
    from kitdb.diff.outside import outside
    from kitdb.diff.reference import reference_names, undeclared_rows

    rows = undeclared_rows(declared, reference_names(settings.reference_tables))
    others = outside(declared, (migration.text for migration in existing.migrations))
    return replace(found, not_covered=(*found.not_covered, *rows, *others))


def _declare(settings: Settings, url: str, progress: Progress) -> list[Path]:
    """The declared schema of a database, written only if loading it gives that database's catalog."""
    from kitdb.cli.project import project_sandbox
    from kitdb.cli.sides import live_major, live_side
    from kitdb.diff.declared import load, read_declared
    from kitdb.diff.plan import Options, make_plan
    from kitdb.diff.roles import lacking
    from kitdb.diff.split import declared_texts
    from kitdb.diff.state import read_state
    from kitdb.diff.verify import compare_with, scratch
    from kitdb.migrate.new import write_new

    root = settings.root / "supabase"
    if there := [path for name in ("schemas", "policies") for path in sorted((root / name).rglob("*.sql"))]:
        raise DeclaredAlready(there[0])
    with project_sandbox(replace(settings, pg_major=live_major(url)), progress) as box:
        progress.step("reading the database")
        live = live_side(url, box).state
        with scratch(box) as (_, connection):
            empty = read_state(connection)
            makers = lacking(live.catalog, empty.catalog)
            plan = make_plan(empty, live, Options("never"))
            _run(connection, [*makers, *(text for _, text in plan.statements)])
            texts = declared_texts(make_plan(empty, live, Options("never"), granted=read_state(connection)), makers)
            progress.done("read, and split into files")
            with scratch(box) as (_, second), TemporaryDirectory() as folder:
                for path, text in texts.items():
                    file = Path(folder) / path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text, encoding="utf-8")
                written = read_declared(sorted(Path(folder).rglob("*.sql")))
                load(second, [replace(one, path=root / one.path.relative_to(folder)) for one in written])
                found = compare_with(second, live.catalog)
        if found:
            raise NotProved(list(found))
        progress.done("loading the files gives the same schema, object by object")
    files = {root / path: text for path, text in texts.items()}
    write_new(files)
    return list(files)


def _run(connection: Connection, statements: Sequence[str]) -> None:
    import psycopg

    try:
        connection.execute(";\n".join(["set check_function_bodies = off", *statements]).encode())
    except psycopg.Error as error:
        raise NotProved([str(error)]) from error


def _first(
    box: RunningSandbox,
    wanted: _Wanted,
    existing: MigrationFolder,
    declared: DeclaredState,
    state: State,
    database: str,
    progress: Progress,
) -> _Found:
    """The first migration is the declared statements themselves."""
    from kitdb.cli.proving import deploy
    from kitdb.diff.prove import Bench
    from kitdb.diff.verify import scratch
    from kitdb.diff.write import drafts
    from kitdb.migrate.files import MigrationFolder
    from kitdb.migrate.new import draft_migrations

    texts = [(draft.name, draft.text) for draft in drafts(wanted.name, declared.statements, declared.catalog)]
    drafted = draft_migrations(existing.path, texts, wanted.version)
    found = _difference(box, MigrationFolder(existing.path, drafted), declared.catalog, progress)
    if found.different:
        raise NotProved(list(found.different))
    progress.done("the migration gives the declared schema, object by object")
    back: tuple[Draft, ...] = ()
    if wanted.down:
        with scratch(box) as (empty, connection):
            connection.close()
            bench = Bench(box, empty, database, deploy(box, existing))
            back = _way_back(bench, wanted, [], state, progress)
    return _Found(_written(existing.path, drafted, back), not_covered=found.not_covered)


def _written(folder: Path, drafted: tuple[Migration, ...], back: Sequence[Draft]) -> tuple[Path, ...]:
    """Write the migrations, and the way back beside them under the version of the first."""
    from kitdb.migrate.new import draft_migrations, write_new

    texts = [(draft.name, draft.text) for draft in back]
    if texts:
        (folder / _DOWN).mkdir(parents=True, exist_ok=True)
        drafted += draft_migrations(folder / _DOWN, texts, drafted[0].version)
    write_new({migration.path: migration.text for migration in drafted})
    return tuple(migration.path for migration in drafted)


def _change(
    box: RunningSandbox,
    settings: Settings,
    wanted: _Wanted,
    existing: MigrationFolder,
    declared: tuple[Declared, ...],
    state: State,
    database: str,
    progress: Progress,
) -> _Found:
    """The migration from what the others give, proved on copies of it."""
    from kitdb.cli.access_change import tried
    from kitdb.cli.project import replay
    from kitdb.cli.proving import deploy, lint_errors, locks
    from kitdb.diff.plan import Options
    from kitdb.diff.prove import Bench
    from kitdb.diff.reference import declared_columns, reference_names
    from kitdb.diff.rename import declared_wishes, parse_wish
    from kitdb.diff.sources import Sources
    from kitdb.diff.verify import scratch
    from kitdb.migrate.new import draft_migrations

    wishes = [
        *declared_wishes(declared),
        *(parse_wish(text) for text in wanted.renames if text != "none"),
    ]
    with scratch(box) as (before, connection):
        connection.close()
        replay(box, existing, progress, before)
        words = partial(Sources, declared)
        tables = reference_names(settings.reference_tables)
        bench = Bench(
            box, before, database, deploy(box, existing), Options(wanted.online), words, state, tables,
            declared_columns(declared, tables),
            locks(box, _sizes(wanted.db_url)),
            tried(box, settings.exposed_schemas),
        )  # fmt: skip
        progress.step("planning the change, and trying it on copies")
        proposal, wishes = _asked(bench, wanted, wishes, progress)
        if not proposal.drafts:
            return _Found(not_covered=proposal.not_covered)
        progress.done(f"proved: {'; '.join(proposal.checks)}")
        if proposal.destructive and not wanted.allow_destructive:
            raise Destructive(proposal.destructive)
        if wanted.single_file and len(proposal.drafts) > 1:
            raise SeveralFiles([draft.name for draft in proposal.drafts])
        back = _way_back(bench, wanted, wishes, state, progress) if wanted.down else ()
    texts = [(draft.name, draft.text) for draft in proposal.drafts]
    drafted = draft_migrations(existing.path, texts, wanted.version)
    errors = lint_errors(settings, proposal.start or state.catalog, drafted)
    paths = _written(existing.path, drafted, back)
    return _Found(
        paths, (), proposal.hazards, proposal.access, proposal.checks, proposal.not_covered, tuple(errors)
    )  # fmt: skip


def _sizes(url: str | None) -> Mapping[str, int]:
    """How many rows the tables of a live database have, about."""
    from kitdb import database
    from kitdb.lint.live import table_sizes

    if url is None:
        return {}
    with database.connect(url, application_name="kitdb generate") as connection:
        return table_sizes(connection)


def _way_back(bench: Bench, wanted: _Wanted, wishes: list[Wish], state: State, progress: Progress) -> tuple[Draft, ...]:
    """From what is declared to what the migrations give, proved on copies of what is declared."""
    from kitdb.cli.proving import deploy
    from kitdb.diff.plan import Options
    from kitdb.diff.prove import propose
    from kitdb.diff.rename import ways_back
    from kitdb.migrate.files import MigrationFolder

    if not isinstance(bench.wanted, str):
        return ()
    run = deploy(bench.sandbox, MigrationFolder(Path(_DOWN), ()))
    options = Options("never")
    other = replace(bench, before=bench.wanted, wanted=bench.before, run=run, options=options, words=None, target=None,
                    effects=None)  # fmt: skip
    proposal = propose(other, wanted.name, list(ways_back(wishes, state)), settled=True)
    progress.done(f"the way back is proved: {'; '.join(proposal.checks)}")
    return proposal.drafts


def _asked(bench: Bench, wanted: _Wanted, wishes: list[Wish], progress: Progress) -> tuple[Proposal, list[Wish]]:
    """The proposal; a person at the keyboard is asked what was renamed, and may wish for more."""
    from kitdb.diff.prove import propose
    from kitdb.diff.rename import UnansweredRename, Wish

    settled = "none" in wanted.renames
    denied: set[tuple[ObjectId, ObjectId]] = set()
    while True:
        try:
            return propose(bench, wanted.name, wishes, settled=settled), wishes
        except UnansweredRename as question:
            if not sys.stdin.isatty():
                raise
            progress.clear()
            open_ = [pair for pair in question.pairs if pair not in denied]
            for before, after in open_[:1]:
                if typer.confirm(f"{before} is gone and {after} is new: was it renamed?", err=True):
                    wishes = [*wishes, Wish(before.name, after.name)]
                else:
                    denied.add((before, after))
            settled = denied.issuperset(question.pairs)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The declared rows of the reference tables."""

    tables: tuple[QualifiedName, ...]
    given: Mapping[QualifiedName, set[str]]
    wanted: tuple[ReferenceTable, ...]

    @classmethod
    def of(
        cls, settings: Settings, declared: tuple[Declared, ...], connection: Connection, state: State
    ) -> _Rows | None:
        from kitdb.diff.reference import declared_columns, read_reference, reference_names

        tables = reference_names(settings.reference_tables)
        if not tables:
            return None
        given = declared_columns(declared, tables)
        return cls(tables, given, read_reference(connection, state.catalog, given, tables))

    def differences(self, connection: Connection, catalog: Catalog) -> list[str]:
        from kitdb.diff.reference import read_reference, row_differences

        return list(row_differences(read_reference(connection, catalog, self.given, self.tables), self.wanted))


def _difference(
    box: RunningSandbox,
    folder: MigrationFolder,
    wanted: Catalog,
    progress: Progress,
    declared: str | None = None,
    rows: _Rows | None = None,
) -> _Found:
    """Run the migrations as a deploy would, and compare what they give with what is wanted.

    Where `declared` names the database with the declared schema, and the catalogs agree, pg_dump is asked as well.
    """
    from kitdb.cli.project import replay
    from kitdb.diff.dump import dump_differences, pg_dump_of
    from kitdb.diff.verify import compare_with, scratch
    from kitdb.sandbox import SUPERUSER

    with scratch(box) as (name, connection):
        replay(box, folder, progress, name)
        found = compare_with(connection, wanted)
        missing = rows.differences(connection, wanted) if rows and not found else []
        program = pg_dump_of(box)
        schemas = [schema.name for schema in wanted.schemas]
        if declared and program and schemas and not found:
            one, two = box.url(SUPERUSER, name), box.url(SUPERUSER, declared)
            missing += [f"pg_dump: {line}" for line in dump_differences(program, one, two, schemas)]
    return _Found(different=(*found.brief(), *missing), not_covered=found.not_covered)


class NotProved(KitdbError):
    """Applying the drafted migration does not give the declared schema, so it is not written."""

    hint = "Nothing was written. An object that kitdb does not cover has to be written by hand: kitdb new NAME."

    def __init__(self, difference: list[str]) -> None:
        self.difference = tuple(difference)
        super().__init__("the drafted migration does not give the declared schema")


class NothingDeclared(KitdbError):
    """A migration is asked for where no statement says what it should lead to."""

    hint = "Write what the database should be there, in SQL; kitdb generate --from-url URL writes what a database is."

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(f"nothing is declared in {', '.join(map(str, paths))}")


class DeclaredAlready(KitdbError):
    """The first declared schema is asked for where there is one."""

    hint = "Move it away first; kitdb diff --from declared --to URL shows what the database has otherwise."

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is a declared schema already: {path}")


class SeveralFiles(KitdbError):
    """One transaction cannot do it: a new enum value is used, which has to be committed before."""

    hint = "Leave out --single-file, or declare the new enum value first and what uses it in a second step."

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"Postgres wants more than one file for this change: {', '.join(names)}")


class Destructive(KitdbError):
    """The migration would delete data, and nobody said that it may."""

    hint = "Nothing was written. Say --allow-destructive if that is meant, --rename OLD=NEW if it is a new name only."

    def __init__(self, hazards: Sequence[Hazard]) -> None:
        self.difference = tuple(hazard.message for hazard in hazards)
        super().__init__("the migration would delete data")
