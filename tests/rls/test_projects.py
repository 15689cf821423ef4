"""Whole projects as people write them: what is sound has no error, and each hole that is put in is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from library import LEGACY, again, messages

from kitdb.catalog.read import read_catalog
from kitdb.rls.discover import discovery
from kitdb.rls.matrix import gather
from kitdb.sandbox import Sandbox

PROJECTS = Path(__file__).parent / "projects"
HOLES = {
    "social": {
        'create policy "moderate" on posts for delete to authenticated using'
        " (exists (select from likes l where l.post_id = posts.id))":
        "others-rows-written: user can delete from posts, rows of other users",
        "create function inbox(of_user uuid) returns setof notifications language sql security definer"
        " set search_path = '' as $$ select * from public.notifications where user_id = of_user $$":
        "function-past-policies: anon can call inbox(uuid) and is given rows of notifications",
    },
    "shop": {
        'create policy "self service" on user_roles for insert to authenticated with check (user_id = auth.uid())':
        "self-made-admin: user can insert an own row into user_roles with any role",
        "create function cancel_order(order_id uuid) returns void language sql security definer set search_path = ''"
        " as $$ update public.orders set status = 'cancelled' where id = order_id $$":
        "function-past-policies: anon can call cancel_order(uuid), which changes rows of orders of other users",
    },
}  # fmt: skip


def found_in(sandbox: Sandbox, database: str) -> tuple[list[str], list[str]]:
    """The errors, and all messages."""
    with sandbox.connect("supabase_admin", database) as connection:
        catalog = read_catalog(connection)
        with discovery(again(connection), catalog) as found:
            matrix = gather(found.events())
    return messages([f for f in matrix.findings if f.severity == "error"]), messages(matrix.findings)


@pytest.mark.parametrize("name", HOLES)
def test_a_project_is_sound_until_a_hole_is_put_in(sandbox: Sandbox, database: str, name: str) -> None:
    with sandbox.connect("postgres", database) as connection:
        connection.execute(LEGACY + (PROJECTS / f"{name}.sql").read_text())

    errors, told = found_in(sandbox, database)
    with sandbox.connect("postgres", database) as connection:
        connection.execute(";".join(HOLES[name]))
    _, holed = found_in(sandbox, database)

    assert errors == []
    for expected in HOLES[name].values():
        assert not any(message.startswith(expected) for message in told)
        assert any(message.startswith(expected) for message in holed), holed
