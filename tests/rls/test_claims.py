"""Claims that policies ask for through helpers: each way in which a role can be named makes a caller."""

from __future__ import annotations

import pytest
from library import Library, again

from kitdb.catalog.read import read_catalog
from kitdb.rls.discover import discovery
from kitdb.rls.matrix import gather

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

    with (
        empty.sandbox.connect("supabase_admin", empty.database) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute(tables.encode())
        with discovery(again(connection), read_catalog(connection)) as seen:
            found = gather(seen.events())

    cells = [cell for cell in found.cells if (cell.object, cell.command) == ("files", "select")]
    assert {cell.actor for cell in cells if cell.actual == "allowed"} == {"clerk", "boss"}
    assert found.not_covered == ()
