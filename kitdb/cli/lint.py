"""`kitdb lint`: what locks, loses data or leaks rows."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kitdb.cli.options import FromUrl, PgMajor, Quiet, Sandbox, SandboxImage, StandIns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kitdb.findings import Result
    from kitdb.lint.rule import Rule
    from kitdb.lint.run import Judgement, Options
    from kitdb.migrate.ledger import AppliedMigration
    from kitdb.report.progress import Progress
    from kitdb.settings import Settings


class LintFormat(StrEnum):
    """How findings are written to stdout."""

    table = "table"
    json = "json"
    sarif = "sarif"
    github = "github"
    gitlab = "gitlab"
    junit = "junit"
    markdown = "markdown"


class ProfileOption(StrEnum):
    """Which rules are on."""

    supabase = "supabase"
    postgres = "postgres"
    strict = "strict"


class FailOn(StrEnum):
    """From which severity on a run fails."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


def register(app: typer.Typer) -> None:
    app.command()(lint)


def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="SQL files or folders. [default: the migrations folder]", show_default=False),
    ] = None,
    together: Annotated[
        bool,
        typer.Option("--together", help="Take all files as one unshipped set: what one of them makes holds no data."),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="REF", help="Only migrations that are new since this commit of git.", show_default=False),
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="Run the files in a throwaway Postgres, and say what is seen there.")
    ] = False,
    live: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Judge a running database, which is only read; or with paths, files that are meant for it.",
            show_default=False,
        ),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Put right what can be without changing what comes of it.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")] = False,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Fixes too that change what comes of it.")] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file of findings that are not reported.", show_default=False),
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write all findings into the baseline, and exit 0.")
    ] = False,
    profile: Annotated[
        ProfileOption | None, typer.Option(help="The rules that are on. [default: supabase]", show_default=False)
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Only this rule; may be repeated.", show_default=False)
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="The severity from which on to exit 1. [default: error]", show_default=False),
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="RULE", help="Print a rule's documentation and exit.", show_default=False)
    ] = None,
    list_rules: Annotated[bool, typer.Option("--list", help="List the rules and exit.")] = False,
    sandbox: Sandbox = None,
    sandbox_image: SandboxImage = None,
    pg_major: PgMajor = None,
    stand_ins: StandIns = None,
    from_url: FromUrl = None,
    quiet: Quiet = False,
    format: Annotated[LintFormat, typer.Option("--format", help="The form of the findings.")] = LintFormat.table,
) -> None:
    """Check migrations for statements that lock, lose data or leak rows. Exit 1 if one does.

    A finding that is meant can be allowed where it stands: -- kitdb: allow RULE: reason

    Example:  kitdb lint supabase/migrations --trace
    """
    import atexit
    import gc
    from dataclasses import replace

    # Trees have no cycles, and go when they are read: to look for cycles in them takes a third of the time, and so it
    # would at the end.
    gc.disable()
    atexit.register(gc.freeze)

    from kitdb import report
    from kitdb.cli.project import project_settings
    from kitdb.lint.run import judge_files
    from kitdb.report.progress import Progress

    if explain is not None:
        _explain(explain)
        return
    if list_rules:
        _list()
        return
    settings = project_settings(sandbox=sandbox, sandbox_image=sandbox_image, pg_major=pg_major, stand_ins=stand_ins)
    if profile is not None:
        settings = replace(settings, lint=replace(settings.lint, profile=profile.value))
    options = _options(settings, select or [])
    progress = Progress(quiet=quiet or format is not LintFormat.table)
    edited: dict[Path, str] = {}
    if live is not None:
        result, options, applied = _live(live, options)
        if not paths and since is None:
            _finish([result], settings, baseline, write_baseline, fail_on, format, "database")
        edited = _edited(paths or [settings.migrations], applied)
    new, earlier = _files(settings, paths, since)
    if not new:
        report.write([], format.value, noun="file")
        return
    judgements = judge_files(new, options, earlier=earlier, together=together, edited=edited)
    if fix or diff:
        judgements = _fix(judgements, new, options, earlier, together=together, unsafe=unsafe, write=not diff)
        if diff:
            return
    results: Sequence[Result] = [judgement.result for judgement in judgements]
    if trace:
        results = _trace(settings, judgements, earlier, options, progress, together=together, from_url=from_url)
    _finish(results, settings, baseline, write_baseline, fail_on, format, "file")


def _options(settings: Settings, select: list[str]) -> Options:
    from kitdb.lint.profile import configured
    from kitdb.lint.run import Options

    rules, severities = configured(settings.lint.profile, settings.lint.rules, select)
    return Options(settings.exposed_schemas, rules, severities)


def _files(settings: Settings, paths: list[Path] | None, since: str | None) -> tuple[list[Path], list[Path]]:
    """The files to judge, and the migrations that come before them."""
    from kitdb.lint.run import sql_files
    from kitdb.lint.since import new_since

    folder = settings.migrations
    if since is not None:
        changed = {path for one in paths or [folder] for path in new_since(since, one if one.is_dir() else one.parent)}
        given = [path for path in sql_files(paths or [folder]) if path in changed]
        return given, [path for path in sql_files(paths or [folder]) if path not in changed]
    given = [*sql_files(paths or [folder])]
    inside = [path for path in given if path.absolute().parent == folder.absolute()]
    if not inside or len(inside) != len(given):
        return given, []
    first = min(path.name for path in inside)
    return given, [path for path in sql_files([folder]) if path.name < first]


def _edited(paths: Sequence[Path], applied: Sequence[AppliedMigration]) -> dict[Path, str]:
    """The migrations that the database has in another form, with the difference."""
    from kitdb.errors import CannotRead
    from kitdb.lint.order import version_of
    from kitdb.lint.run import sql_files
    from kitdb.migrate.files import read_migration
    from kitdb.migrate.plan import compare_applied

    rows = {row.version: row for row in applied}
    found: dict[Path, str] = {}
    for path in sql_files(paths):
        if row := rows.get(version_of(path)):
            try:
                error, _ = compare_applied(read_migration(path, row.version, path.stem), row)
            except CannotRead:
                continue  # that is a finding by itself
            if error is not None:
                found[path] = error.message
    return found


def _live(url: str, options: Options) -> tuple[Result, Options, tuple[AppliedMigration, ...]]:
    """What is wrong with a running database, the options for files that are meant for it, and those that it has."""
    from kitdb import database
    from kitdb.catalog.read import read_catalog
    from kitdb.lint.live import available_extensions, lint_catalog, table_sizes, usage, with_catalog
    from kitdb.migrate.ledger import read_ledger

    with database.connect(url, application_name="kitdb lint") as connection:
        catalog = read_catalog(connection)
        sizes = table_sizes(connection)
        available, used = available_extensions(connection), usage(connection)
        applied = read_ledger(connection).applied
    result = lint_catalog(catalog, options, database.redact(url), available, used)
    return result, with_catalog(options, catalog, sizes), applied


def _trace(
    settings: Settings,
    judgements: Sequence[Judgement],
    earlier: list[Path],
    options: Options,
    progress: Progress,
    *,
    together: bool,
    from_url: str | None,
) -> Sequence[Result]:
    from dataclasses import replace

    from kitdb.cli.live_base import read_base
    from kitdb.cli.project import count, project_sandbox
    from kitdb.lint.script import read_file
    from kitdb.lint.tracing import traced

    base = read_base(from_url)
    done = [one for one in judgements if base and _version(Path(one.file.path)) in base.applied]
    new = [one for one in judgements if one not in done]
    # What a table without policies shows is said in the regime in which it shows the most.
    with project_sandbox(replace(settings, exposure="legacy"), progress, base) as box, box.connect() as connection:
        progress.step("running the files")
        before = [read_file(path, "earlier") for path in earlier if not base or _version(path) not in base.applied]
        found = traced(connection, before, new, options, together=together)
        progress.done(f"{count(found.statements, 'statement')} run and watched")
    return [*(one.result for one in done), *found.results]


def _version(path: Path) -> str:
    return path.name.partition("_")[0]


def _fix(
    judgements: Sequence[Judgement],
    paths: list[Path],
    options: Options,
    earlier: list[Path],
    *,
    together: bool,
    unsafe: bool,
    write: bool,
) -> tuple[Judgement, ...]:
    """Put the files right, or show how that would look."""
    from kitdb.lint.fix import fixed, write_fixed
    from kitdb.lint.run import judge_files, rejudge

    changed = [
        found
        for judgement in judgements
        if (found := fixed(judgement, rejudge(judgement, judgements, options, earlier), unsafe=unsafe))
    ]
    for one in changed:
        if write:
            for path in write_fixed(one):
                typer.echo(f"wrote {path}", err=True)
        else:
            typer.echo("".join(one.diff()), nl=False)
    files = [*paths]
    for made in [one.path.with_name(name) for one in changed for name, _ in one.extra] if write else []:
        before = [number for number, path in enumerate(files) if path.parent == made.parent and path.name < made.name]
        files.insert(max(before, default=-1) + 1, made)
    return judge_files(files, options, earlier=earlier, together=together)


def _finish(
    results: Sequence[Result],
    settings: Settings,
    baseline: Path | None,
    write_baseline: bool,
    fail_on: FailOn | None,
    format: LintFormat,
    noun: str,
) -> None:
    from kitdb import report
    from kitdb.findings import SEVERITIES
    from kitdb.lint import baseline as baselines

    path = baseline or settings.lint.baseline
    if write_baseline:
        number = baselines.write_baseline(path or settings.root / "kitdb-lint-baseline.txt", results, settings.root)
        typer.echo(f"{number} findings written to {path or settings.root / 'kitdb-lint-baseline.txt'}", err=True)
        raise typer.Exit(0)
    if path is not None:
        results, stale = baselines.without_known(results, baselines.read_baseline(path), settings.root)
        if stale:
            typer.echo(f"note: {stale} lines of {path} are no longer found: write it anew", err=True)
    report.write(results, format.value, noun=noun)
    level = fail_on.value if fail_on else settings.lint.fail_on
    failing = SEVERITIES[: SEVERITIES.index(level) + 1] if level != "never" else ()
    raise typer.Exit(1 if any(one.severity in failing for result in results for one in result.findings) else 0)


def _explain(name: str) -> None:
    from kitdb.lint.document import rule_page
    from kitdb.lint.rule import all_rules, find_rule

    rule = find_rule(name)
    if rule is None:
        known = ", ".join(f"{one.code} {one.name}" for one in all_rules())
        raise typer.BadParameter(f"no rule is called {name}; there are {known}", param_hint="--explain")
    typer.echo(rule_page(rule), nl=False)


def _list() -> None:
    from kitdb.lint.rule import all_rules

    for rule in all_rules():
        typer.echo(f"{rule.code}  {rule.severity:7}  {rule.name}{_where(rule)}")


def _where(rule: Rule) -> str:
    from kitdb.lint.rule import PROFILES

    return "" if rule.profiles == PROFILES else f"  ({', '.join(rule.profiles)})"
