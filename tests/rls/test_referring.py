"""Foreign keys that tell of rows, or take rows along, which the specification keeps from the caller."""

from __future__ import annotations

import pytest
from library import Library

BOOKS = """
create table books (id uuid primary key default gen_random_uuid(),
  owner_id uuid not null default auth.uid() references auth.users, title text);
create table "a note" (id uuid primary key default gen_random_uuid(), "book id" uuid not null references books on delete cascade,
  author_id uuid not null default auth.uid() references auth.users, body text);
alter table books enable row level security; alter table "a note" enable row level security;
grant select, insert, delete on books, "a note" to authenticated;
create policy own on books to authenticated using (owner_id = auth.uid());
create policy remove on "a note" for delete to authenticated using (author_id = auth.uid());
create policy read on "a note" for select to authenticated using (author_id = auth.uid() {read});
create policy write on "a note" for insert to authenticated with check (author_id = auth.uid() {write});
"""
ACCESS = """
[tables.books]
rows.own = "owner_id = :uid"
allow = ["user: select, insert, delete own"]
[tables."a note"]
rows.own = "author_id = :uid"
rows.in_own_book = '''exists (select from books b where b.id = "a note"."book id" and b.owner_id = :uid)'''
allow = ["user: select own {read}", "user: insert own {write}", "user: delete own"]
"""
OF_OWNER = '{} exists (select from books b where b.id = "book id" and b.owner_id = auth.uid())'
BELOW = 'user can insert into "a note" below rows of books that it must not see (book id)'
ALONG = 'what user may delete of books takes rows of "a note" with it that it must not see'


def told(empty: Library, read: bool, write: bool, more: str = "") -> dict[str, str]:
    """By message the severity, where the owner of a book may read its notes, and may alone write them."""
    change = BOOKS.format(read=OF_OWNER.format("or") if read else "", write=OF_OWNER.format("and") if write else "")
    access = ACCESS.format(read="or in_own_book" if read else "", write="and in_own_book" if write else "")
    found = empty.check(change, access + more, only=["books", '"a note"']).findings
    return {f.message: f.severity for f in found if f.name in ("hidden-parent", "cascade-to-others", "leak", "denied")}


@pytest.mark.parametrize(
    ("read", "write", "expected"),
    [(False, False, {BELOW, ALONG}), (True, False, {BELOW}), (True, True, set()), (False, True, set())],
)
def test_keys_are_told_of_where_others_may_write_what_the_caller_must_not_see(
    empty: Library, read: bool, write: bool, expected: set[str]
) -> None:
    assert told(empty, read, write) == dict.fromkeys(expected, "warning")


def test_what_keys_do_can_be_accepted(empty: Library) -> None:
    entry = '[[accept]]\nfinding = "{}"\non = \'{}\'\nwhy = "so it is"\n'
    accepted = entry.format("hidden-parent", '"a note"') + entry.format("cascade-to-others", "books")

    assert told(empty, False, False, accepted) == {f"{m} (accepted: so it is)": "info" for m in (BELOW, ALONG)}
