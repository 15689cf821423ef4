"""generate, diff, drift and policy as a person runs them, in a project of their own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kitdb.catalog.read import read_catalog
from kitdb.cli import app
from kitdb.cli.access_alike import Alike
from kitdb.diff import prove
from kitdb.diff.compare import differences

pytestmark = pytest.mark.server

KITS = "create table public.kits (id int primary key, name text);\n"


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project with one table, declared and migrated."""
    for name in ("schemas", "policies", "migrations"):
        (tmp_path / "supabase" / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    declare(tmp_path, KITS)
    (tmp_path / "supabase/migrations/20260101000000_kits.sql").write_text(KITS)
    return tmp_path


def declare(project: Path, text: str) -> None:
    (project / "supabase/schemas/kits.sql").write_text(text)


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def migrations(project: Path) -> list[str]:
    return sorted(path.name.partition("_")[2] for path in (project / "supabase/migrations").glob("*.sql"))


def test_a_change_is_written_once(project):
    declare(project, KITS + "grant select on public.kits to anon;\n")

    first = run("generate", "open kits", "--format", "json")
    second = run("generate", "again")

    found = json.loads(first.stdout)
    assert found["outcome"] == "written"
    assert found["access"] == ["anon may now read public.kits: every row"]
    assert migrations(project) == ["kits.sql", "open_kits.sql"]
    assert second.stdout == "nothing to do: the migrations give the declared schema\n"


OWNED = """
create table public.notes (id int primary key, owner_id uuid not null references auth.users, body text, listed boolean);
alter table public.notes enable row level security;
create policy own on public.notes to authenticated using (owner_id = auth.uid());
grant select (id, body) on public.notes to anon;
grant select, update, delete on public.notes to authenticated;
create policy listed on public.notes for select to anon using (listed);
"""


@pytest.fixture
def notes(project) -> Path:
    """The project with a table of notes, of which each is somebody's."""
    (project / "supabase/migrations/20260102000000_notes.sql").write_text(OWNED)
    return project


def test_who_may_do_what_else_is_tried_before_and_after(notes):
    wider = OWNED.replace("(id, body)", "(id, body, owner_id)").replace("using (listed)", "using (true)")
    narrower = wider.replace(", delete on", " on")
    declare(notes, KITS + narrower + "create table public.open (id int); grant select on public.open to anon;\n")

    found = json.loads(run("generate", "access", "--format", "json").stdout)

    assert found["access_tried"] is True
    assert found["access"] == [
        "anon may now read public.notes.owner_id",
        "anon may read other rows of public.notes: every row, before: listed",
        "user may no longer delete public.notes: own (owner_id = :uid)",
        "anon may now read public.open: every row",
    ]
    text = next((notes / "supabase/migrations").glob("*_access.sql")).read_text()
    assert [line for line in text.splitlines() if line.startswith("-- access: ")] == [
        f"-- access: {line}" for line in found["access"]
    ]


def test_a_policy_in_other_words_is_told_from_one_that_opens_more(notes):
    declare(notes, KITS + OWNED.replace("= auth.uid()", "= (select auth.uid())"))

    result = run("generate", "words", "-q")

    lines = [line for line in result.stdout.splitlines() if line.startswith("  access: ")]
    assert len(lines) == 4
    assert all(line.endswith(" (no request met a difference)") for line in lines[:3])
    assert lines[3] == "  access: tried with requests before and after"


SHARED = """
create table public.{name}_members (user_id uuid not null references auth.users, role text);
create table public.{name} (id int primary key, owner_id uuid not null references auth.users, body text);
alter table public.{name} enable row level security;
create policy own on public.{name} to authenticated using (owner_id = auth.uid());
grant select on public.{name}, public.{name}_members to authenticated;
"""
OPENED = "create policy shared on public.{name} for select to authenticated using (exists (select from {asked}));\n"


def test_of_tables_that_are_alike_one_is_tried(project, monkeypatch):
    tables = "".join(SHARED.format(name=name) for name in ("songs", "parts", "beats"))
    (project / "supabase/migrations/20260102000000_tables.sql").write_text(tables)
    asks = {name: f"public.{name}_members m where m.user_id = auth.uid()" for name in ("songs", "parts", "beats")}
    asks["beats"] += " and 'beats' = 'beats'"
    opened = "".join(OPENED.format(name=name, asked=asked) for name, asked in asks.items())
    declare(project, KITS + tables + opened)

    together = run("generate", "shared", "-q")
    next((project / "supabase/migrations").glob("*_shared.sql")).unlink()
    monkeypatch.setattr("kitdb.cli.access_alike.alike", lambda before, after, names: [Alike(name) for name in names])
    alone = run("generate", "shared", "-q")

    one, two = (
        [line for line in result.stdout.splitlines() if line.startswith("  access: ")] for result in (together, alone)
    )
    assert one[:-1] == two[:-1]
    assert all(any(f"other rows of public.{name}: " in line for line in one) for name in asks)
    assert "from songs_members" in " ".join(one).replace("public.", "").lower()
    assert one[-1].endswith(", on 2 of 3 tables and views: each of the others is like one of these")
    assert two[-1] == "  access: tried with requests before and after"


def test_access_is_not_tried_where_nothing_touches_it(notes, monkeypatch):
    monkeypatch.setattr("kitdb.rls.discover.discovery", None)
    declare(
        notes, KITS + OWNED.replace("body text", "body text default 'x'").replace("listed bool", "n int, listed bool")
    )

    found = json.loads(run("generate", "column", "--format", "json").stdout)

    assert found["access_tried"] is False
    assert found["access"] == ["user may now read, update public.notes.n: the grant is on the whole table"]


def test_a_look_that_fails_leaves_what_grants_and_policies_say(notes, monkeypatch):
    monkeypatch.setattr("kitdb.rls.discover.discovery", None)
    declare(notes, KITS + OWNED.replace("to anon using (listed)", "to anon using (true)"))

    result = run("generate", "listed", "-q")

    assert result.exit_code == 0
    assert "  access: anon may select other rows of public.notes: policy listed (using true), " in result.stdout
    assert " (by grants and policies)\n  access: not tried: " in result.stdout


def test_where_nothing_is_declared_nothing_is_written(project):
    declare(project, "-- to be written\n")

    result = run("generate", "empty", "-q")

    assert str(result.exception) == "nothing is declared in supabase/schemas, supabase/policies"
    assert "--from-url" in str(getattr(result.exception, "hint", ""))
    assert migrations(project) == ["kits.sql"]


def test_check_shows_the_difference_and_writes_nothing(project):
    declare(project, KITS + "create table public.songs (id int primary key);\n")

    result = run("generate", "--check", "-q")

    assert result.exit_code == 1
    assert "  + table public.songs\n" in result.stdout
    assert migrations(project) == ["kits.sql"]


def test_a_table_declared_twice_is_told_with_both_places(project):
    (project / "supabase/schemas/more.sql").write_text("\n" + KITS)

    found = run("generate", "twice", "-q")

    assert str(found.exception).startswith('supabase/schemas/more.sql:2:1: relation "kits" already exists')
    assert found.exception.hint == "It is declared at supabase/schemas/kits.sql:1:1 too: keep one of the two."


def test_declared_rows_that_nobody_compares_are_named(project):
    declare(project, KITS + "insert into public.kits values (1, 'x');\n")

    found = run("generate", "--check", "-q")

    assert found.exit_code == 0
    assert "not covered: rows of public.kits (supabase/schemas/kits.sql:2:1)" in found.stdout


def test_data_is_deleted_only_with_leave(project):
    declare(project, "create table public.kits (id int primary key);\n")

    refused = run("generate", "less", "-q")
    allowed = run("generate", "less", "-q", "--allow-destructive")

    assert type(refused.exception).__name__ == "Destructive"
    assert refused.exception.difference == ("column public.kits.name, with its values",)
    assert allowed.exit_code == 0
    assert "deletes-data: column public.kits.name, with its values" in allowed.stdout


def test_a_likely_rename_wants_an_answer(project):
    declare(project, KITS.replace("name", "title"))

    asked = run("generate", "title", "-q")
    answered = run("generate", "title", "-q", "--rename", "kits.name=title")

    assert type(asked.exception).__name__ == "UnansweredRename"
    assert answered.exit_code == 0
    text = next((project / "supabase/migrations").glob("*_title.sql")).read_text()
    assert text.endswith("alter table public.kits rename column name to title;\n")


@pytest.mark.parametrize(("rename", "missing"), [("kits.nam=title", "kits.nam"), ("kitts=kits2", "kitts")])
def test_a_rename_of_what_is_not_there_is_an_error(project, rename, missing):
    declare(project, KITS.replace("name", "title") + "create table kits2 (id int primary key);")

    told = run("generate", "title", "-q", "--rename", rename)

    assert type(told.exception).__name__ == "UnknownRename"
    assert str(told.exception) == f"{rename}: there is no {missing}"


def test_drift_names_the_open_door_first_and_can_be_adopted(project, sandbox, database):
    url = sandbox.url(database=database)
    assert run("migrate", "--db-url", url).exit_code == 0
    none = run("drift", "--db-url", url, "-q")
    with sandbox.connect(database=database) as connection:
        connection.execute("create index by_hand on public.kits (name); grant select on public.kits to anon")

    found = run("drift", "--db-url", url, "-q")
    adopted = run("drift", "--db-url", url, "-q", "--capture", "by hand")
    after = run("drift", "--db-url", url, "-q")

    assert none.stdout == "no drift\n"
    assert found.exit_code == 1
    assert found.stdout.splitlines()[1:] == [
        "  access: anon may now select public.kits: every row, row level security is off",
        "  + grant select on table public.kits to anon",
        "  + index public.by_hand",
    ]
    assert adopted.exit_code == 0
    assert after.stdout == "no drift\n"


def test_what_a_database_is_can_be_declared(tmp_path, monkeypatch, sandbox, database):
    (tmp_path / "supabase").mkdir()
    monkeypatch.chdir(tmp_path)
    with sandbox.connect(database=database) as connection:
        connection.execute(
            """
            create type public.kind as enum ('a', 'b');
            create table public.kits (id int primary key, kind public.kind not null default 'a');
            create function public.kinds() returns setof public.kits language sql as 'select * from public.kits';
            alter table public.kits enable row level security;
            create policy p on public.kits for select to anon using (kind = 'a');
            grant select on public.kits to anon;
            insert into storage.buckets (id, name) values ('x', 'x');
            """
        )

    result = run("generate", "--from-url", sandbox.url(database=database), "-q")

    assert result.exit_code == 0
    assert result.stdout.split() == [
        word
        for path in (
            "policies/kits",
            "schemas/10_types",
            "schemas/30_kits",
            "schemas/60_functions",
            "schemas/95_storage",
        )
        for word in ("wrote", f"supabase/{path}.sql")
    ]
    assert run("diff", "--from", "declared", "--to", sandbox.url(database=database), "-q").stdout == "no difference\n"
    again = run("generate", "--from-url", sandbox.url(database=database), "-q")
    assert str(again.exception) == "there is a declared schema already: supabase/schemas/10_types.sql"


def test_roles_that_a_database_grants_to_are_declared_with_it(tmp_path, monkeypatch, sandbox, database):
    (tmp_path / "supabase").mkdir()
    monkeypatch.chdir(tmp_path)
    with sandbox.connect(database=database) as connection:
        connection.execute(
            'create role "a reader"; create table public.kits (id int); grant select on public.kits to "a reader"'
        )

    try:
        result = run("generate", "--from-url", sandbox.url(database=database), "-q")
        first = run("generate", "first", "-q")
        second = run("generate", "--check", "-q")
    finally:
        with sandbox.connect(database=database) as connection:
            connection.execute('revoke all on public.kits from "a reader"; drop role "a reader"')

    assert result.exit_code == 0
    assert (tmp_path / "supabase/schemas/00_roles.sql").read_text().startswith('create role "a reader";\n')
    assert first.exit_code == 0
    assert second.stdout == "nothing to do: the migrations give the declared schema\n"


def test_a_role_that_no_migration_makes_is_asked_for(project):
    role = "do $$ begin create role reader; end $$;\n"
    declare(project, role + KITS + "grant select on public.kits to reader;\n")

    refused = run("generate", "reader", "-q")
    checked = run("generate", "--check", "-q")
    (project / "supabase/migrations/20260102000000_roles.sql").write_text("create role reader;")
    declare(
        project,
        role.replace("do $$ begin ", "").replace(" end $$;", "") + KITS + "grant select on public.kits to reader;\n",
    )
    made = run("generate", "reader", "-q")

    assert str(refused.exception) == "the declared schema has roles that no migration makes"
    assert refused.exception.hint.endswith("(kitdb new roles): create role reader.")
    assert "  + role reader\n" in checked.stdout
    assert made.exit_code == 0
    assert migrations(project) == ["kits.sql", "reader.sql", "roles.sql"]


def test_diff_shows_statements_that_were_proved(project):
    declare(project, KITS + "create view public.v as select id from public.kits;\n")

    result = run("diff", "--sql", "-q")

    assert result.exit_code == 1
    assert "create view public.v as" in result.stdout
    assert "Proved on a copy" in result.stdout


@pytest.mark.parametrize(
    ("template", "options"),
    [
        ("owner", ["--column", "owner_id"]),
        ("owner-read", ["--column", "owner_id"]),
        ("public-read", ["--where", "id > 1"]),
        ("signed-in-read", []),
        ("member-of", ["--column", "org_id", "--through", "members", "--key", "org_id"]),
        ("buyer-of", ["--column", "id", "--through", "purchases", "--key", "kit_id", "--member", "buyer_id"]),
    ],
)
def test_a_policy_from_a_template_becomes_a_migration(project, template, options):
    declare(
        project,
        """
        create table public.kits (id int primary key, owner_id uuid, org_id int);
        create table public.members (org_id int, user_id uuid);
        create table public.purchases (kit_id int, buyer_id uuid);
        """,
    )

    added = run("policy", "add", template, "kits", *options)
    again = run("policy", "add", template, "kits", *options)
    generated = run("generate", "policies", "-q", "--rename", "none", "--allow-destructive")

    assert added.exit_code == 0
    assert type(again.exception).__name__ == "PolicyExists"
    assert generated.exit_code == 0
    assert (project / "supabase/policies/access.toml").read_text().startswith("[tables.kits]\n")
    if "--through" in options:
        assert "note: authenticated may not read public." in added.stdout
    else:
        assert run("check-rls", "-q").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["signed-in-read", "kit"], "no table public.kit is declared; did you mean public.kits?"),
        (["owner", "kits", "--column", "nam"], "table public.kits has no column nam; did you mean name?"),
        (
            ["buyer-of", "kits", "--column", "id", "--through", "kits", "--key", "kit"],
            "table public.kits has no column kit",
        ),
        (["public-read", "kits", "--where", "listed"], 'Postgres refuses the policies: column "listed" does not exist'),
    ],
)
def test_a_policy_that_does_not_fit_is_not_written(project, arguments, said):
    result = run("policy", "add", *arguments)

    assert str(result.exception).startswith(said)
    assert not list((project / "supabase/policies").iterdir())


def test_a_proof_that_fails_writes_nothing(project, monkeypatch):
    declare(project, KITS + "create index i on public.kits (name);\ncomment on table public.kits is 'x';\n")
    whole = prove.make_plan
    monkeypatch.setattr(prove, "make_plan", lambda *a, **k: replace(whole(*a, **k), statements=(("main", "select 1"),)))

    result = run("generate", "half", "-q")

    assert type(result.exception).__name__ == "NotProved"
    assert migrations(project) == ["kits.sql"]


def test_a_column_made_anew_is_caught_though_the_catalogs_agree(project, monkeypatch):
    declare(project, KITS.replace("name text", 'name text collate "C"'))
    whole = prove.make_plan
    careless = (
        ("main", "alter table public.kits drop column name"),
        ("main", 'alter table public.kits add column name text collate "C"'),
    )
    monkeypatch.setattr(
        prove, "make_plan", lambda *a, **k: replace(found := whole(*a, **k), statements=careless if found else ())
    )

    result = run("generate", "careless", "-q")

    assert type(result.exception).__name__ == "NotProved"
    assert result.exception.difference == ("column public.kits.name was made anew",)
    assert migrations(project) == ["kits.sql"]


def test_rows_that_go_are_missed(project, monkeypatch):
    declare(project, KITS + "comment on table public.kits is 'x';\n")
    whole = prove.make_plan
    monkeypatch.setattr(
        prove,
        "make_plan",
        lambda *a, **k: replace(
            found := whole(*a, **k), statements=(*found.statements, ("main", "delete from public.kits"))
        ),
    )

    result = run("generate", "careless", "-q")

    assert result.exception.difference == ("table public.kits has 0 of 2 rows",)


def test_declared_rows_of_reference_tables_are_kept(project):
    kinds = (
        "create table public.kinds (code text primary key, label text, rank numeric, made timestamptz default now());\n"
    )
    uses = "alter table public.kits add kind text references public.kinds (code);\n"
    (project / "kitdb.toml").write_text('[generate]\nreference_tables = ["kinds"]\n')
    (project / "supabase/migrations/20260102000000_kinds.sql").write_text(
        f"{kinds}insert into public.kinds (code, label, rank) values ('a', 'A', 1), ('b', 'B', 2), ('it''s', 'x', 3);\n{uses}"
    )
    declare(
        project,
        KITS + kinds + uses + "insert into public.kinds (code, label, rank) values ('b', 'Bé', 2), ('c', null, 4);\n",
    )

    checked = run("generate", "--check", "-q")
    refused = run("generate", "rows", "-q")
    written = run("generate", "rows", "-q", "--allow-destructive")
    again = run("generate", "--check", "-q")

    assert checked.exit_code == 1
    assert checked.stdout.splitlines()[1:] == [
        "  - row public.kinds (code = a)",
        "  - row public.kinds (code = it's)",
        "  + row public.kinds (code = c)",
        "  ~ row public.kinds (code = b)",
    ]
    assert refused.exception.difference == ("2 rows of public.kinds: code = a; code = it's",)
    assert written.exit_code == 0
    text = next((project / "supabase/migrations").glob("*_rows.sql")).read_text()
    assert text.split("\n\n", 1)[1] == (
        "insert into public.kinds (code, label, rank)\nvalues\n  ('c', null, 4);\n\n"
        "update public.kinds set label = 'Bé' where code = 'b';\n\n"
        "delete from public.kinds where code in ('a', 'it''s');\n"
    )
    assert again.exit_code == 0


def test_a_reference_table_needs_a_key(project):
    (project / "kitdb.toml").write_text('[generate]\nreference_tables = ["public.loose"]\n')
    declare(project, KITS + "create table public.loose (a int);\n")

    result = run("generate", "loose", "-q")

    assert str(result.exception) == "reference table public.loose has no primary key"


def test_the_way_back_is_written_and_proved(project):
    declare(
        project,
        """
        -- kitdb: renamed from kits
        create table public.sets (
          id bigint primary key,
          -- kitdb: renamed from name
          title text,
          more int
        );
        """,
    )

    result = run("generate", "sets", "-q", "--down")
    again = run("generate", "--check", "-q")

    assert result.exit_code == 0
    up = next((project / "supabase/migrations").glob("*_sets.sql"))
    down = (project / "supabase/migrations/down" / up.name).read_text()
    assert down.splitlines()[0].endswith(" DESTRUCTIVE")
    assert "deletes-data: column public.kits.more, with its values" in down
    assert "alter table public.sets rename to kits;" in down
    assert "alter table public.kits rename column title to name;" in down
    assert again.exit_code == 0


def test_a_rename_that_was_made_earlier_does_not_stop_the_way_back(project):
    declare(project, KITS.replace("name text", "-- kitdb: renamed from title\n  name text, more int"))

    result = run("generate", "more", "-q", "--down")

    assert result.exit_code == 0
    down = next((project / "supabase/migrations/down").glob("*_more.sql")).read_text()
    assert "rename" not in down
    assert "alter table public.kits drop column more;" in down


def catalog_of(sandbox, database):
    with sandbox.connect(database=database) as connection:
        return read_catalog(connection)


def go_back(project: Path, sandbox, database) -> None:
    with sandbox.connect(database=database) as connection:
        for file in sorted((project / "supabase/migrations/down").glob("*.sql")):
            connection.execute(file.read_text())


def test_the_way_back_leads_back(project, sandbox, database):
    url = sandbox.url(database=database)
    run("migrate", "--db-url", url, "-q")
    before = catalog_of(sandbox, database)
    with sandbox.connect(database=database) as connection:
        connection.execute("insert into public.kits values (1, 'a'), (2, null)")
    renamed = KITS.replace("kits (id int primary key", "sets (id bigint primary key").replace(
        "name text", "name text, n int"
    )
    declare(project, f"-- kitdb: renamed from kits\n{renamed}create view public.v as select id from public.sets;\n")

    assert run("generate", "sets", "-q", "--down").exit_code == 0
    assert run("migrate", "--db-url", url, "-q").exit_code == 0
    there = catalog_of(sandbox, database)
    go_back(project, sandbox, database)

    assert differences(before, there)
    assert list(differences(before, catalog_of(sandbox, database))) == []
    with sandbox.connect(database=database) as connection:
        assert connection.execute("select * from public.kits order by id").fetchall() == [(1, "a"), (2, None)]


def test_the_first_migration_has_a_way_back_too(project, sandbox, database):
    url = sandbox.url(database=database)
    before = catalog_of(sandbox, database)
    (project / "supabase/migrations/20260101000000_kits.sql").unlink()
    declare(
        project,
        """
        create schema inner_rooms;
        create table public.people (id uuid primary key references auth.users);
        create table public.kits (id int generated always as identity primary key, of uuid references public.people);
        create function inner_rooms.mine() returns setof int language sql as 'select id from public.kits where of = auth.uid()';
        create policy theirs on public.people using (id in (select of from public.kits));
        create policy mine on public.kits using (id in (select inner_rooms.mine()) or of in (select id from public.people));
        create policy pictures on storage.objects for select using (bucket_id = 'pictures');
        insert into storage.buckets (id, name) values ('pictures', 'pictures');
        """,
    )

    assert run("generate", "first", "-q", "--down").exit_code == 0
    assert run("migrate", "--db-url", url, "-q").exit_code == 0
    there = catalog_of(sandbox, database)
    go_back(project, sandbox, database)

    assert differences(before, there)
    assert list(differences(before, catalog_of(sandbox, database))) == []


def test_one_file_is_all_or_an_error(project):
    declare(
        project, KITS + "create index by_name on public.kits (name);\nalter table public.kits add check (name <> '');\n"
    )

    run("generate", "one", "-q", "--single-file")

    assert migrations(project) == ["kits.sql", "one.sql"]


def test_one_file_cannot_use_an_enum_value_that_it_adds(project):
    enum = "create type public.kind as enum ('a');\n"
    (project / "supabase/migrations/20260102000000_kind.sql").write_text(enum)
    declare(project, KITS + enum.replace("'a'", "'a', 'b'") + "create table public.t (k public.kind default 'b');\n")

    result = run("generate", "one", "-q", "--single-file")

    assert type(result.exception).__name__ == "SeveralFiles"
    assert migrations(project) == ["kind.sql", "kits.sql"]


def test_check_sees_what_was_edited_in_a_generated_file(project):
    declare(project, KITS + "create view public.v as select id from public.kits;\n")
    run("generate", "view", "-q")
    file = next((project / "supabase/migrations").glob("*_view.sql"))

    same = run("generate", "--check", "-q")
    file.write_text(file.read_text().replace("select id", "select id + 0 as id"))
    edited = run("generate", "--check", "-q")

    assert (same.exit_code, edited.exit_code) == (0, 1)
    assert edited.stdout.splitlines()[1:] == ["  ~ view public.v (definition)"]


def test_what_is_not_covered_is_said_and_stops_nothing(project):
    cast = """
    create type public.color as (name text);
    create function public.color(t text) returns public.color language sql immutable as $$ select row(t)::public.color $$;
    create cast (text as public.color) with function public.color(text);
    """
    (project / "supabase/migrations/20260102000000_color.sql").write_text(cast)
    declare(project, KITS + cast)

    both = run("generate", "--check", "-q")
    declare(project, KITS + cast.rsplit("create cast", 1)[0])
    one = run("generate", "--check", "-q")

    assert both.exit_code == 0
    assert both.stdout.splitlines() == [
        "nothing to do: the migrations give the declared schema, but for what is not covered",
        "not covered: cast text → public.color",
    ]
    assert one.exit_code == 1
    assert "- not covered: cast text → public.color" in one.stdout


def test_what_only_one_side_has_and_nobody_writes_is_an_error(project):
    declare(project, KITS + "create text search configuration public.plain (copy = pg_catalog.simple);\n")

    result = run("generate", "words")

    assert isinstance(result.exception, prove.NotWritten)
    assert result.exception.difference == ("+ not covered: text search configuration public.plain",)
    assert migrations(project) == ["kits.sql"]


def test_statements_outside_of_the_projects_schemas_are_named(project):
    told = [
        "alter role authenticated set statement_timeout = '8s'",
        "grant anon to postgres",
        "comment on role anon is 'everybody'",
        "grant select on auth.users to anon",
        "grant usage on schema storage to anon",
    ]
    untold = [
        "alter role authenticator set statement_timeout = '8s'",
        "comment on table public.kits is 'of storage.objects'",
        "create view public.emails as select email from auth.users",
        "create policy mine on storage.objects for select using (owner = auth.uid())",
    ]
    declare(project, KITS + ";\n".join(told + untold) + ";\n")
    (project / "supabase/migrations/20260102000000_role.sql").write_text("".join(f"{one};\n" for one in untold))

    result = run("generate", "again")

    assert [line.partition(" (")[0] for line in result.stdout.splitlines()[1:]] == [
        f"not covered: {one}" for one in told
    ]
    assert result.exit_code == 0


def test_locks_are_measured_and_lint_has_its_say(project, sandbox, database):
    with sandbox.connect(database=database) as connection:
        connection.execute("create table public.kits as select g as id from generate_series(1, 5000) g; analyze")
    declare(
        project, "create table public.kits (id bigint primary key, name text);\ncreate table public.new (id int);\n"
    )

    result = run("generate", "wide", "-q", "--db-url", sandbox.url(database=database))

    said = "locks-table: measured: nobody reads or writes public.kits (about 5000 rows) until the file is through"
    assert f"  {said}\n" in result.stdout
    assert f"-- {said}\n" in next((project / "supabase/migrations").glob("*_wide.sql")).read_text()
    assert "  lint: " in result.stdout
