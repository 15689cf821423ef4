"""Each hole in the library is found, and the library without holes has none: both sides of every rule."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from library import Library, Shelf, messages

from kitdb.findings import Finding
from kitdb.rls.access import BadAccess
from kitdb.rls.matrix import Cell, Matrix
from kitdb.rls.seeds import BadSeed, Seed
from kitdb.sandbox import start_sandbox
from kitdb.sandbox.servers import Server, find_servers

ROWS_OF_BOOKS = "shelved; other"


@pytest.fixture(scope="module")
def closed(library: Library) -> Matrix:
    return library.check()


def test_the_library_is_as_its_specification_says(closed: Matrix) -> None:
    assert messages(closed.findings) == []
    assert [str(note) for note in closed.not_covered] == []
    assert closed.passed


def test_both_sides_of_a_right_are_exercised(closed: Matrix) -> None:
    seen = {
        (cell.actor, cell.command, cell.expected, cell.actual)
        for cell in closed.cells
        if cell.object == "books" and not cell.columns and cell.verdict == "ok"
    }

    assert ("anon", "select", "allowed", "allowed") in seen
    assert ("anon", "select", "denied", "no rows") in seen
    assert ("anon", "delete", "denied", "refused") in seen
    assert ("user", "update", "denied", "no rows") in seen
    assert ("user", "insert", "allowed", "allowed") in seen
    assert ("user", "insert", "denied", "refused") in seen
    assert ("user", "delete", "allowed", "allowed") in seen


def test_every_column_of_every_table_is_decided_for_every_actor(closed: Matrix) -> None:
    written = {
        (cell.actor, cell.command, column)
        for cell in closed.cells
        if cell.object == "books" and cell.command in ("insert", "update")
        for column in cell.columns
    }

    for column in ("shelf_id", "author_id", "title", "blurb", "is_public", "publish_at", "pages", "reads"):
        for actor in ("anon", "user", "service"):
            assert (actor, "update", column) in written


def test_a_second_run_gives_the_same_matrix(library: Library, closed: Matrix) -> None:
    assert [_told(cell) for cell in library.check().cells] == [_told(cell) for cell in closed.cells]


def _told(cell: Cell) -> tuple[object, ...]:
    return (cell.actor, cell.object, cell.command, cell.columns, cell.rows, cell.after, cell.verdict, cell.probes)


def test_nothing_of_a_check_stays_in_the_database(library: Library) -> None:
    library.check()

    with library.sandbox.connect("supabase_admin", library.database) as connection:
        for table in ("auth.users", "public.books", "storage.objects"):
            row = connection.execute("select count(*) from " + table).fetchone()
            assert row == (0,)


BOOKS_SELECT = "create policy hole on books for select "

OBJECTS = (
    "books",
    "shelves",
    "readers",
    "tags",
    "visits",
    '"Loan Cards"',
    "front_page",
    "all_books",
    "digest",
    "later",
    "logs_1",
    "books_id_seq",
    "purge(uuid)",
    "fresh()",
    "count_books()",
    "storage.avatars",
    "storage.scans",
    "storage.buckets",
)
HOLES = [
    # rows that are read
    ("alter table books disable row level security", "leak: anon can select books, rows: other"),
    (BOOKS_SELECT + "to authenticated using (true)", "leak: user can select books, rows: "),
    (BOOKS_SELECT + "using (is_public)", "leak: anon can select books, rows: "),
    (BOOKS_SELECT + "using (auth.uid() is null)", "leak: anon can select books, rows: "),
    (BOOKS_SELECT + "to authenticated using (auth.uid() is null)", "leak: user can select books, rows: "),
    (BOOKS_SELECT + "using (auth.jwt() is not null)", "leak: anon can select books, rows: "),
    (BOOKS_SELECT + "to authenticated using (author_id <> auth.uid())", "leak: user can select books, rows: "),
    (BOOKS_SELECT + "to authenticated using (is_public and publish_at <= now() or pages > 0)", "leak: user can select books"),
    (
        BOOKS_SELECT + "to authenticated using (auth.jwt() -> 'user_metadata' ->> 'role' = 'admin')",
        "leak: user can select books, rows: ",
    ),
    (
        BOOKS_SELECT + "to authenticated using (exists (select from readers r where r.user_id = auth.uid()))",
        "leak: user can select books, rows: ",
    ),
    (
        # the subquery's own shelf_id, not the book's
        BOOKS_SELECT
        + "to authenticated using (exists (select from readers r where r.shelf_id = shelf_id and r.user_id = auth.uid()))",
        "leak: user can select books, rows: ",
    ),
    (
        BOOKS_SELECT + "to authenticated using (shelf_id is null)",
        "leak: user can select books, rows: ",
    ),
    # a helper table whose own policies are in the way, or out of it
    ("drop policy readers_select on readers", "denied: user cannot select books, rows: "),
    ("alter table shelves force row level security; drop policy shelves_select on shelves", "denied: user cannot insert into books"),
    # commands
    ("create policy hole on books for all to authenticated using (is_public)", "leak: user can update books, rows: "),
    ("create policy hole on books for delete to authenticated using (is_public)", "leak: user can delete from books, rows: "),
    ("alter policy books_insert on books with check (true)", "leak: user can insert into books, rows: "),
    ("alter policy books_insert on books with check (author_id = auth.uid())", "leak: user can insert into books, rows: mine"),
    ("alter policy books_update on books with check (author_id = auth.uid())", "leak: user can update books.shelf_id, rows: "),
    ("grant update (author_id) on books to authenticated; alter policy books_update on books"
     " with check (shelf_id is null or shelf_id in (select id from shelves where owner_id = auth.uid()))",
     "leak: user can update books.author_id, rows: "),
    ("create policy hole on books for delete to authenticated using (author_id is distinct from auth.uid())",
     "leak: user can delete from books, rows: "),
    # what a right lacks
    ("drop policy books_delete on books", "denied: user cannot delete from books, rows: "),
    ("drop policy books_insert on books", "denied: user cannot insert into books, rows: "),
    ("drop policy books_select_anon on books", "denied: anon cannot select books, rows: out"),
    ("revoke select on books from anon", "denied: anon cannot select books, rows: out"),
    ("alter policy shelves_select on shelves using (id in (select private.my_shelves()))",
     "denied: user cannot update shelves, rows: own"),
    ("alter policy shelves_select on shelves using (id in (select private.my_shelves()))",
     "denied: user cannot insert into shelves, rows: own"),
    ("revoke execute on function private.my_shelves() from authenticated", "denied: user cannot select shelves"),
    ("drop policy cards on \"Loan Cards\"", 'denied: user cannot select "Loan Cards", rows: own'),
    ("alter policy cards on \"Loan Cards\" using (true)", 'leak: user can select "Loan Cards", rows: '),
    ("drop policy cards_for_members on \"Loan Cards\"", 'leak: guest can select "Loan Cards", rows: '),
    ("alter policy cards_for_members on \"Loan Cards\" using (false)", 'denied: user cannot insert into "Loan Cards"'),
    # columns
    ("grant update on books to authenticated", "leak: user can update books.reads, rows: "),
    ("grant update on books to authenticated; revoke update (reads) on books from authenticated", "leak: user can update books.reads"),
    ("grant insert (reads) on books to authenticated", "leak: user can insert into books.reads"),
    ("revoke update (pages) on books from authenticated", "denied: user cannot update books.pages"),
    ("revoke insert (blurb) on books from authenticated", "denied: user cannot insert into books.blurb"),
    ("grant select (user_id) on visits to authenticated", "leak: admin can select visits.user_id"),
    ("revoke select (what) on visits from authenticated", "denied: admin cannot select visits.what"),
    ("grant update on tags to authenticated", "leak: user can update tags"),
    ("grant update (\"order\") on \"Loan Cards\" to anon; create policy hole on \"Loan Cards\" to anon using (true);"
     "grant select on \"Loan Cards\" to anon", 'leak: anon can update "Loan Cards"'),
    # errors
    ("create policy hole on readers for select to authenticated using (exists (select from readers r where r.level = 'write'))",
     "broken-policy: user cannot select readers"),
    (BOOKS_SELECT + "to authenticated using ((title)::int > 0)", "broken-policy: user cannot select books"),
    (BOOKS_SELECT + "using (current_setting('app.tenant') = title)", "broken-policy: anon cannot select books"),
    ("create policy hole on tags for select to authenticated using ((select id from books) = 1);"
     "grant update on tags to authenticated", "broken-policy: user cannot select tags"),
    # beside the tables
    ("create view all_books as select * from books; grant select on all_books to anon", "leak: anon can select all_books"),
    ("create view all_books as select * from books; grant select, delete on all_books to authenticated",
     "leak: user can delete from all_books"),
    ("create view all_books as select shelf_id, author_id, title from books; grant select, insert on all_books to authenticated",
     "leak: user can insert into all_books"),
    ("alter view front_page set (security_invoker = false)", "leak: anon can select front_page, rows: "),
    ("create materialized view digest as select title from books; grant select on digest to anon", "leak: anon can select digest"),
    ("create table later (id int primary key); grant select, insert on later to anon", "leak: anon can select later"),
    ("create table later (id int primary key); grant select, insert on later to anon", "leak: anon can insert into later"),
    ("create table logs (at date not null, what text) partition by range (at);"
     "create table logs_1 partition of logs for values from ('1900-01-01') to ('2200-01-01');"
     "alter table logs enable row level security; grant select on logs, logs_1 to anon", "leak: anon can select logs_1"),
    ("grant truncate on books to anon", "excess-privilege: anon may truncate books"),
    ("grant trigger, references on books to authenticated", "excess-privilege: authenticated holds references, trigger on books"),
    ("grant usage on all sequences in schema public to anon", "excess-privilege: anon holds usage on sequence books_id_seq"),
    ("drop trigger keep on visits; grant delete on visits to service_role", "leak: service can delete from visits"),
    # functions
    ("grant execute on function purge(uuid) to anon", "leak: anon can call purge(uuid), which runs with its owner's rights"),
    ("create function fresh() returns int language sql as 'select 1'", "leak: anon can call fresh()"),
    ("revoke execute on function count_books() from authenticated", "denied: user cannot call count_books()"),
    ("create or replace function count_books() returns bigint language plpgsql as 'begin return (select nope from books); end'",
     "broken-function: count_books() fails for user"),
    ("create or replace function count_books() returns bigint language plpgsql as"
     " $$ begin raise insufficient_privilege; end $$", "denied: user cannot call count_books()"),
    # storage
    ("alter policy avatars_select on storage.objects using (true)", "leak: anon can select storage.scans"),
    ("alter policy avatars_write on storage.objects with check (bucket_id = 'avatars')",
     "leak: user can insert into storage.avatars"),
    ("alter policy avatars_write on storage.objects with check (name like auth.uid()::text || '/%')",
     "leak: user can insert into storage.scans"),
    ("alter policy avatars_write on storage.objects with check (bucket_id = 'avatars' and name like left(auth.uid()::text, 8) || '%')",
     "leak: user can insert into storage.avatars"),
    ("alter policy avatars_update on storage.objects with check ((storage.foldername(name))[1] = auth.uid()::text);"
     "create policy see on storage.objects for select to authenticated using ((storage.foldername(name))[1] = auth.uid()::text)",
     "leak: user can update storage.avatars, rows: folder[1] = :uid become elsewhere"),
    ("alter policy avatars_delete on storage.objects using (bucket_id = 'avatars')", "leak: user can delete from storage.avatars"),
    ("create policy hole on storage.buckets for all to authenticated using (true)", "leak: user can update storage.buckets"),
    ("update storage.buckets set public = true where id = 'scans'", "bucket-public: bucket scans is public"),
    ("update storage.buckets set public = false where id = 'avatars'", "bucket-public: bucket avatars is to be public and is not"),
    ("drop policy avatars_delete on storage.objects", "denied: user cannot delete from storage.avatars"),
    # statements that read no column
    ('drop policy cards on "Loan Cards"; create policy a on "Loan Cards" for select to authenticated using ("user id" = auth.uid());'
     'create policy b on "Loan Cards" for delete to authenticated using (true)',
     'blind-write: user can delete from "Loan Cards" by a statement without WHERE'),
    ("alter policy shelves_delete on shelves using (true)", "leak: user can delete from shelves, rows: read"),
    ("create table later (id int primary key)", "excess-privilege: anon, authenticated, service_role hold truncate, references, trigger, maintain by default privileges on later"),
]  # fmt: skip


# New tables want rows of their own, and a claim that a policy asks for a user who makes it.
APART = [hole for hole in HOLES if "create table" in hole[0] or "user_metadata" in hole[0]]
TOGETHER = [hole for hole in HOLES if hole not in APART]


@pytest.mark.parametrize(("change", "expected"), TOGETHER, ids=[change[:70] for change, _ in TOGETHER])
def test_a_hole_is_found(shelf: Shelf, change: str, expected: str) -> None:
    found = messages(shelf.check(change, only=_objects(expected)).findings)

    assert any(message.startswith(expected) for message in found), found


@pytest.mark.parametrize(("change", "expected"), APART, ids=[change[:70] for change, _ in APART])
def test_a_hole_is_found_in_rows_made_for_it(library: Library, change: str, expected: str) -> None:
    found = messages(library.check(change, only=_objects(expected)).findings)

    assert any(message.startswith(expected) for message in found), found


def _objects(expected: str) -> list[str]:
    return [name for name in OBJECTS if name in expected.replace("bucket ", "storage.")]


HARMLESS = [
    "create policy more on books for select to authenticated using (author_id = auth.uid() and pages > 0)",
    "alter policy books_update on books with check ((select auth.uid()) = author_id and (shelf_id is null or shelf_id in"
    " (select id from shelves where owner_id = auth.uid())))",
    # USING alone is the check as well
    "alter policy tags_all on tags using (owner_id = (select auth.uid()))",
    "drop policy shelves_update on shelves; create policy again on shelves for update to authenticated"
    " using (owner_id = auth.uid()) with check (owner_id = auth.uid())",
    "create table hidden (id int primary key); insert into hidden values (1);"
    " revoke all on hidden from public, anon, authenticated, service_role",
    "create view private.all_books as select * from books",
    "create policy nobody on books as restrictive for select to authenticated using (true)",
    "create schema other; create table other.secrets (id int primary key); grant select on other.secrets to anon",
]


@pytest.mark.parametrize("change", HARMLESS, ids=[change[:70] for change in HARMLESS])
def test_what_only_looks_like_a_hole_is_none(shelf: Shelf, change: str) -> None:
    assert messages(shelf.check(change).findings) == []


def one(matrix: Matrix, start: str) -> Finding:
    return next(finding for finding in matrix.findings if f"{finding.name}: {finding.message}".startswith(start))


LEAKS = [
    ("alter policy tags_all on tags using (true)", "leak: user can delete from tags", "DELETE 1"),
    (BOOKS_SELECT + "to authenticated using (true)", "leak: user can select books", "SELECT 1"),
    (
        # only the writer of a shelf's book may read its other books: a membership row has to be there
        BOOKS_SELECT + "to authenticated using (exists (select from readers r where r.user_id = auth.uid()))",
        "leak: user can select books",
        "SELECT 1",
    ),
    ("alter policy books_insert on books with check (true)", "leak: user can insert into books", "INSERT 0 1"),
    ("create policy hole on books for all to authenticated using (is_public)", "leak: user can update books", "UPDATE 1"),
    ("alter policy avatars_delete on storage.objects using (bucket_id = 'avatars')",
     "leak: user can delete from storage.avatars", "DELETE 1"),
    ("alter policy cards on \"Loan Cards\" using (true)", 'leak: user can update "Loan Cards"', "UPDATE 1"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "start", "status"), LEAKS, ids=[start for _, start, _ in LEAKS])
def test_the_evidence_of_a_leak_shows_it_when_pasted(library: Library, change: str, start: str, status: str) -> None:
    evidence = one(library.check(change, only=_objects(start)), start).evidence or ""

    with library.sandbox.connect("postgres", library.database) as connection:
        connection.execute("begin; set local storage.allow_delete_query = 'true'")
        connection.execute(change)
        statements = evidence.splitlines()
        assert (statements[0], statements[-1]) == ("begin;", "rollback;")
        for statement in statements[1:-1]:
            cursor = connection.execute(statement)
        connection.execute("rollback")

    assert (cursor.statusmessage or "").startswith(status[:-1])
    assert cursor.rowcount >= 1


def test_a_denial_is_placed_at_the_line_that_promises(library: Library) -> None:
    finding = one(
        library.check("drop policy books_delete on books", only=["books"]), "denied: user cannot delete from books"
    )

    assert finding.place is not None
    assert finding.place.path.endswith("library.toml")
    lines = Path(finding.place.path).read_text().splitlines()
    assert "user: delete mine" in lines[(finding.place.line or 0) - 1]


def test_refused_and_no_rows_and_broken_are_told_apart(library: Library) -> None:
    refused = one(library.check("revoke select on books from anon", only=["books"]), "denied: anon cannot select books")
    nothing = one(
        library.check("drop policy books_select_anon on books", only=["books"]), "denied: anon cannot select books"
    )

    assert refused.message.endswith("(refused)")
    assert nothing.message.endswith("(no rows)")


def test_an_update_that_fails_for_want_of_select_says_so(library: Library) -> None:
    change = "alter policy shelves_select on shelves using (id in (select private.my_shelves()))"

    finding = one(library.check(change, only=["shelves"]), "denied: user cannot update shelves")

    assert "needs SELECT" in (finding.help or "")


def test_rows_that_cannot_be_built_are_named_and_fail_the_run(library: Library) -> None:
    matrix = library.check(
        "create table never (id int primary key, check (id <> id)); grant select on never to authenticated",
        """
[tables.never]
allow = ["user: select"]
""",
    )

    assert "never" in {note.subject for note in matrix.not_covered}
    assert "vacuous: nothing was built on which user may select never" in messages(matrix.findings)
    assert not matrix.passed


def test_a_seed_brings_rows_that_could_not_be_built(library: Library) -> None:
    change = """
      create function private.magic(text) returns boolean language sql immutable as $$ select md5($1) like '8c%' $$;
      create table spells (word text primary key check (private.magic(word)));
      alter table spells enable row level security;
      grant select on spells to authenticated;
      create policy all_of_them on spells for select to authenticated using (true);
    """
    access = '[tables.spells]\nallow = ["user: select"]'

    without = library.check(change, access, only=["spells"])
    seeded = library.check(change, access, only=["spells"], seeds=[Seed("insert into spells select 'w' || n from generate_series(1, 999) n"
                                                  " where private.magic('w' || n)")])  # fmt: skip

    assert any(finding.subject == "spells" for finding in without.findings)
    assert not any(finding.subject == "spells" and finding.name == "vacuous" and "select" in finding.message
                   for finding in seeded.findings)  # fmt: skip


def test_a_seed_made_by_pg_dump_changes_nothing_but_rows(library: Library) -> None:
    dumped = "set row_security = off; select pg_catalog.set_config('search_path', '', false); begin;" \
        " insert into public.tags select gen_random_uuid(), 'dumped'; commit"  # fmt: skip

    assert library.check(only=["tags"], seeds=[Seed(dumped)]).passed
    with pytest.raises(BadSeed, match=r"^seed:1:21: a seed cannot end with rollback"):
        library.check(seeds=[Seed("begin; set x.y = 1; rollback;")])


def test_a_seed_that_fails_stops_the_check(library: Library) -> None:
    with pytest.raises(BadSeed, match=r'^rows.sql:3:13: relation "nowhere" does not exist'):
        library.check(seeds=[Seed("begin;\nselect 1;\ninsert into nowhere values (1);\ncommit;", "rows.sql")])


def test_a_predicate_that_does_not_fit_the_table_is_told_with_its_place(library: Library) -> None:
    with pytest.raises(BadAccess, match=r'library, rows.own|tags, rows.own: column "owner" does not exist') as raised:
        library.check(access='[tables.tags]\nrows.all = "true"\nrows.own = "owner = :uid"\nallow = []')

    assert raised.value.place is not None
    assert raised.value.place.line == 3


def test_may_is_an_upper_bound_only(library: Library) -> None:
    access = '[tables.tags]\nrows.own = "owner_id = :uid"\nallow = ["user: %s select, insert, delete own"]'

    exact = messages(library.check("revoke insert on tags from authenticated", access % "", only=["tags"]).findings)
    bound = messages(library.check("revoke insert on tags from authenticated", access % "may", only=["tags"]).findings)

    assert any(message.startswith("denied: user cannot insert into tags") for message in exact)
    assert not any("tags" in message for message in bound)


def test_an_accepted_finding_is_information_until_its_date(library: Library) -> None:
    access = """
[[accept]]
finding = "excess-privilege"
on = "books"
why = "a job truncates it"
until = 2027-06-01
"""
    text = Path(library.access.path).read_text() + access
    change = "grant truncate on books to service_role"

    before = library.check(change, text, only=["books"], today=datetime.date(2027, 5, 31))
    after = library.check(change, text, only=["books"], today=datetime.date(2027, 6, 2))
    unused = library.check("", text, only=["books"], today=datetime.date(2027, 1, 1))

    assert before.passed
    assert {finding.severity for finding in before.findings} == {"info"}
    assert len(messages(before.findings)) == 1
    assert "accept-expired: excess-privilege on books was accepted until 2027-06-01" in messages(after.findings)
    assert messages(unused.findings) == ["accept-unused: accepted excess-privilege on books is not found"]


ORACLE = """
create table codes (id uuid primary key default gen_random_uuid(), owner_id uuid not null, code text unique);
alter table codes enable row level security; grant select, insert on codes to authenticated;
create policy own on codes to authenticated using (owner_id = auth.uid());
"""
CODES = """
[tables.codes]
rows.own = "owner_id = :uid"
allow = ["user: select, insert own"]
"""


def test_a_unique_value_that_tells_of_hidden_rows_is_a_warning_until_it_is_accepted(library: Library) -> None:
    accept = '[[accept]]\nfinding = "unique-oracle"\non = "codes.code"\nwhy = "codes are public"\n'
    open_, known = (
        [f for f in library.check(ORACLE, CODES + more, only=["codes"]).findings if f.name == "unique-oracle"]
        for more in ("", accept)
    )

    message = "user learns from codes_code_key whether a row that it cannot see has a value of codes.code"
    assert [(f.severity, f.message) for f in open_] == [("warning", message)]
    assert [(f.severity, f.message) for f in known] == [("info", f"{message} (accepted: codes are public)")]


def test_a_service_role_that_the_file_never_names_is_not_held_to_it(library: Library) -> None:
    change = "grant all on tags to service_role"
    silent = library.check(
        change, '[tables.tags]\nrows.own="owner_id = :uid"\nallow=["user: select, insert, delete own"]'
    )
    named = library.check(change)

    assert not any(cell.actor == "service" and cell.object == "tags" for cell in silent.cells)
    assert any(message.startswith("leak: service can select tags") for message in messages(named.findings))


def test_a_table_of_a_schema_that_is_not_exposed_is_checked_when_the_file_speaks_of_it(library: Library) -> None:
    change = """
      create schema back; create table back.safe (id int primary key);
      grant usage on schema back to anon; grant select on back.safe to anon;
    """

    assert not any("safe" in message for message in messages(library.check(change).findings))
    text = Path(library.access.path).read_text() + "\n[tables.back.safe]\nallow = []\n"
    assert any(
        message.startswith("leak: anon can select back.safe")
        for message in messages(library.check(change, text).findings)
    )


def test_requests_come_from_a_session_of_authenticator(library: Library) -> None:
    change = """
      create policy hole on tags for select to authenticated using (session_user = 'authenticator');
    """

    assert any(message.startswith("leak: user can select tags") for message in messages(library.check(change).findings))


def test_an_actor_of_a_role_that_does_not_exist_is_told(library: Library) -> None:
    with pytest.raises(BadAccess, match="actor robot has the role 'robot', which does not exist") as raised:
        library.check(access='[actors]\nrobot = { role = "robot" }')

    assert raised.value.place is not None
    assert raised.value.place.line == 2


def test_an_actor_of_its_own_role_has_the_rights_of_nobody_else(library: Library) -> None:
    text = Path(library.access.path).read_text()
    guest = text.replace(
        "[actors]", '[actors]\nguest = { role = "authenticated", claims = { is_anonymous = true } }', 1
    )

    found = messages(library.check(access=guest, only=["tags"]).findings)

    assert any(message.startswith("leak: guest can select tags, rows: own") for message in found)
    assert not any("user" in message.partition(" can ")[0] for message in found)


@pytest.mark.parametrize("server", find_servers(), ids=lambda server: f"{server.source}-{server.version}")
@pytest.mark.server
def test_the_library_is_closed_on_every_server_and_in_both_regimes(server: Server) -> None:
    for exposure in ("explicit", "legacy"):
        with start_sandbox(server, exposure) as box:
            with box.connect("postgres") as connection:
                connection.execute((Path(__file__).parent / "library.sql").read_text())
            matrix = Library(box, "postgres").check()

            assert messages(matrix.findings) == []
            assert not matrix.not_covered
