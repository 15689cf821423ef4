"""A database that is not ours: what its catalog says, and requests that leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from library import messages

from kitdb.catalog.read import read_catalog
from kitdb.rls.access import parse_access, resolve
from kitdb.rls.check import check
from kitdb.rls.held import hold
from kitdb.rls.live import access_seen, look
from kitdb.rls.matrix import Matrix, gather
from kitdb.rls.run import CannotStandIn
from kitdb.sandbox import Sandbox

BASE = """
create table "Odd ""n"" x" (id bigserial primary key, owner_id uuid references auth.users, told text);
create table open (id int primary key, user_id uuid references auth.users);
grant select on open to anon;
alter table "Odd ""n"" x" enable row level security;
grant select, update on "Odd ""n"" x" to authenticated;
create policy own on "Odd ""n"" x" for select to authenticated using (owner_id = auth.uid());
create policy all_of_it on "Odd ""n"" x" for update to authenticated using (true);
create view seen as select * from open;
grant select on seen to anon;
"""


@pytest.fixture
def database(sandbox: Sandbox) -> Iterator[str]:
    name = sandbox.clone()
    with sandbox.connect("postgres", name) as connection:
        connection.execute("alter default privileges in schema public revoke all on tables from anon, authenticated")
        connection.execute(BASE)
    yield name
    sandbox.drop(name)


def seen(sandbox: Sandbox, database: str) -> Matrix:
    with sandbox.connect("postgres", database) as connection:
        connection.execute("set default_transaction_read_only = on")
        return gather(look(read_catalog(connection), ("public",)))


def test_the_catalog_alone_tells_what_it_can(sandbox: Sandbox, database: str) -> None:
    matrix = seen(sandbox, database)
    cells = {(c.actor, c.command, c.object): c.actual for c in matrix.cells}

    assert cells["anon", "select", "open"] == "allowed"
    assert cells["anon", "update", "open"] == "refused"
    assert cells["anon", "select", '"Odd ""n"" x"'] == "refused"
    assert cells["user", "select", '"Odd ""n"" x"'] == "undecided"
    assert [m for m in messages(matrix.findings) if "open" in m and m.startswith("rls-off")]
    assert any(
        "user can update every row of" in m and "all_of_it looks at nothing" in m for m in messages(matrix.findings)
    )
    assert any(m.startswith("view-past-policies: anon can select seen") for m in messages(matrix.findings))


def test_what_was_read_is_shown_as_rights(sandbox: Sandbox, database: str) -> None:
    with sandbox.connect("postgres", database) as connection:
        access = access_seen(read_catalog(connection), ("public",))

    rules = {rule.text for found in access.objects for rule in found.rules}
    assert "anon: may select" in rules
    assert "user: may update as_policies_say" in rules


HELD = """
[tables.'"Odd ""n"" x"']
rows.own = "owner_id = :uid"
allow = ["user: select own", "user: insert(told) own", "user: may delete own"]
[tables.open]
allow = ["user: select"]
[views.seen]
allow = ["anon: select"]
"""


def test_a_specification_is_held_to_what_the_catalog_decides(sandbox: Sandbox, database: str) -> None:
    with sandbox.connect("postgres", database) as connection:
        catalog = read_catalog(connection)
    access = resolve(parse_access(HELD), catalog)
    matrix = gather(hold(look(catalog, ("public",)), access, catalog, ("public",)))
    verdicts = {(c.actor, c.command, c.object): c.verdict for c in matrix.cells}

    told = [m for m in messages(matrix.findings) if m.startswith(("leak", "denied"))]
    assert told == [
        'denied: user cannot insert "Odd ""n"" x": no privilege',
        "leak: anon can select open: row level security is off",
        "denied: user cannot select open: no privilege",
    ]
    assert verdicts["user", "select", '"Odd ""n"" x"'] == "undecided"
    assert verdicts["anon", "select", '"Odd ""n"" x"'] == "ok"
    assert verdicts["user", "delete", '"Odd ""n"" x"'] == "ok"
    assert [str(note) for note in matrix.not_covered if note.subject == "access.toml"]


def test_a_column_that_no_grant_gives_is_told(sandbox: Sandbox, database: str) -> None:
    with sandbox.connect("postgres", database) as connection:
        connection.execute("revoke select on open from anon; grant select (id) on open to anon")
        catalog = read_catalog(connection)
    access = resolve(parse_access('[tables.open]\nallow = ["anon: select"]'), catalog)
    matrix = gather(hold(look(catalog, ("public",)), access, catalog, ("public",)))

    assert "denied: anon cannot select open (user_id): no privilege" in messages(matrix.findings)


def test_requests_on_a_database_leave_no_row_and_no_number_behind(sandbox: Sandbox, database: str) -> None:
    numbers = "select coalesce(last_value, 0) from pg_sequences where sequencename like 'Odd%'"
    with sandbox.connect("supabase_admin", database) as connection:
        connection.execute('insert into "Odd ""n"" x" (told) values (1), (2)')
        before = connection.execute(numbers).fetchone()
        access = parse_access("[tables.open]\nallow = []\n")
        gather(check(lambda user: sandbox.connect(user, database), read_catalog(connection), access))

        assert connection.execute(numbers).fetchone() == before
        assert connection.execute('select count(*) from "Odd ""n"" x"').fetchone() == (2,)
        assert connection.execute("select count(*) from auth.users").fetchone() == (0,)


@pytest.fixture
def hosted(sandbox: Sandbox, database: str) -> Iterator[str]:
    """A role that may do no more than the postgres role of a hosted project, to whom the tables belong."""
    with sandbox.connect("supabase_admin", database) as connection:
        connection.execute("create role hosted login nosuperuser createrole createdb bypassrls in role postgres")
        connection.execute("grant anon, authenticated, service_role to hosted")
    yield "hosted"
    with sandbox.connect("supabase_admin", database) as connection:
        connection.execute("drop role hosted")


RIGHTS = """
[tables.'"Odd ""n"" x"']
rows.own = "owner_id = :uid"
allow = ["user: select own", "user: update"]
[tables.open]
allow = ["anon: select"]
[views.seen]
allow = ["anon: select"]
"""


def test_a_role_that_is_no_superuser_gets_the_same_answers(sandbox: Sandbox, database: str, hosted: str) -> None:
    with sandbox.connect("supabase_admin", database) as connection:
        catalog = read_catalog(connection)
    found = {
        role: gather(check(lambda _, role=role: sandbox.connect(role, database), catalog, parse_access(RIGHTS)))  # type: ignore[misc]
        for role in ("supabase_admin", hosted)
    }
    ours, theirs = ({(c.actor, c.object, c.command, c.columns, c.rows, c.after): (c.actual, c.verdict)
                     for c in found[role].cells} for role in found)  # fmt: skip

    assert ours == theirs
    assert ("allowed", "ok") in theirs.values()
    assert any(
        str(note).startswith("session_user: requests are made by SET ROLE alone") for note in found[hosted].not_covered
    )
    with sandbox.connect("supabase_admin", database) as connection:
        assert connection.execute("select count(*) from auth.users").fetchone() == (0,)


def test_a_role_that_may_not_become_who_asks_is_refused(sandbox: Sandbox, database: str, hosted: str) -> None:
    with sandbox.connect("supabase_admin", database) as connection:
        catalog = read_catalog(connection)
        connection.execute("revoke anon, authenticated, service_role, postgres from hosted")

    with pytest.raises(CannotStandIn, match="hosted may not SET ROLE to anon"):
        gather(check(lambda _: sandbox.connect(hosted, database), catalog, parse_access(RIGHTS)))
    with sandbox.connect("supabase_admin", database) as connection:
        connection.execute("alter role hosted nobypassrls")
    with pytest.raises(CannotStandIn, match="hosted is neither superuser nor has BYPASSRLS"):
        gather(check(lambda _: sandbox.connect(hosted, database), catalog, parse_access(RIGHTS)))
