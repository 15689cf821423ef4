"""Claims that policies ask for through helpers: each way in which a role can be named makes a caller."""

from __future__ import annotations

import pytest
from library import Library, again

from kitdb.catalog.read import read_catalog
from kitdb.rls.discover import discovery
from kitdb.rls.matrix import Matrix, gather

pytestmark = pytest.mark.server


@pytest.mark.parametrize(
    ("argument", "asked", "call"),
    [
        ("variadic roles text[]", "= any (roles)", "'clerk', 'boss'"),
        ("roles text[]", "= any (roles)", "'{clerk,boss}'"),
        ("roles text[]", "= some (roles)", "array['clerk', 'boss']"),
        ("one text, other text", "in (one, other)", "'clerk', 'boss'"),
        ("it text", "= it", "'clerk')) or (select has_role('boss'"),
    ],
)  # fmt: skip
def test_roles_that_a_helper_is_given_are_callers(empty: Library, argument: str, asked: str, call: str) -> None:
    tables = f"""
        create table files (id uuid primary key default gen_random_uuid(), body text);
        create function has_role({argument}) returns boolean language sql stable as
          $$ select coalesce(auth.jwt() ->> 'user_role' {asked}, false) $$;
        alter table files enable row level security;
        create policy staff on files for select to authenticated using ((select has_role({call})));
        grant select on files to authenticated;
    """

    found = seen(empty, tables)

    assert readers(found, "files") == {"clerk", "boss"}
    assert found.not_covered == ()


@pytest.mark.parametrize(
    "asked",
    [
        "((select auth.jwt() ->> 'aal') = 'aal2')",
        "(array[(select auth.jwt() ->> 'aal')] <@ array['aal2'])",
        "(array[auth.jwt() ->> 'aal'] <@ (select case when count(*) > 0 then array['aal2'] else array['aal1', 'aal2'] end"
        " from generate_series(1, 2)))",
    ],
)
def test_somebody_has_a_second_factor(empty: Library, asked: str) -> None:
    tables = f"""
        create table vaults (id uuid primary key default gen_random_uuid(), owner uuid not null references auth.users);
        alter table vaults enable row level security;
        create policy mine on vaults for select to authenticated using (owner = (select auth.uid()));
        create policy "second factor" on vaults as restrictive for all to authenticated using {asked};
        grant select on vaults to authenticated;
    """

    found = seen(empty, tables)

    assert readers(found, "vaults") == {"aal2"}
    assert found.not_covered == ()


def seen(empty: Library, tables: str) -> Matrix:
    """What is seen of the tables without a specification."""
    with (
        empty.sandbox.connect("supabase_admin", empty.database) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute(tables.encode())
        with discovery(again(connection), read_catalog(connection)) as found:
            return gather(found.events())


def readers(found: Matrix, table: str) -> set[str]:
    cells = [cell for cell in found.cells if (cell.object, cell.command) == (table, "select")]
    return {cell.actor for cell in cells if cell.actual == "allowed"}


def test_a_tenant_that_no_table_holds_is_carried(empty: Library) -> None:
    tables = """
        create table notes (id int primary key, org uuid not null);
        alter table notes enable row level security;
        create policy ours on notes for all to authenticated
          using (org = (auth.jwt() -> 'app_metadata' ->> 'org')::uuid);
        grant select, insert on notes to authenticated;
    """

    found = seen(empty, tables)

    assert readers(found, "notes") == {"user"}
    assert found.not_covered == ()
