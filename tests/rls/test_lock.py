"""What the file of rights holds beside the rights: buckets, owner's rights, publications."""

from __future__ import annotations

import pytest

from kitdb.catalog.read import read_catalog
from kitdb.rls.lock import BadLock, Lock, Right, changes, facts_of, read_lock, write_lock
from kitdb.sandbox import Sandbox

BEFORE = """
create table version (id int);
create function bump(n int) returns int language sql as 'select n + 1';
create function ran() returns int language sql security definer as 'select 1';
create view "All" with (security_invoker = true) as select * from version;
create publication p for table version;
insert into storage.buckets (id, name, public) values ('docs', 'docs', false), ('open', 'open', true);
"""
AFTER = """
alter function bump(int) security definer;
alter function ran() security invoker;
alter view "All" set (security_invoker = false);
create table later (id int);
alter publication p set table later;
update storage.buckets set public = not public;
insert into storage.buckets (id, name, public) values ('new', 'new', true);
"""


@pytest.mark.server
def test_what_opens_a_database_beside_its_rights_is_told_in_words(sandbox: Sandbox, database: str) -> None:
    rights = {("version", "anon", "select"): Right()}
    with sandbox.connect("postgres", database) as connection:
        connection.execute(BEFORE)
        text = write_lock(Lock(rights, {}, facts_of(read_catalog(connection), ("public",))))
        connection.execute(AFTER)
        now = Lock(rights, {}, facts_of(read_catalog(connection), ("public",)))

    assert [found.message for found in changes(read_lock(text, "a.lock"), now, "a.lock")] == [
        '"All" reads with its owner\'s rights now',
        "bump(integer) runs with its owner's rights now",
        "publication p carries later now",
        "publication p carries version no longer",
        "ran() runs with its owner's rights no longer",
        "bucket docs is public now: whoever knows an object's name fetches it",
        "bucket new is public now: whoever knows an object's name fetches it",
        "bucket open is public no longer",
    ]
    assert list(changes(read_lock(write_lock(now), "a.lock"), now, "a.lock")) == []


def test_a_file_from_before_says_how_to_renew_it() -> None:
    old = '["notes"]\nanon.select = { rows = "every row" }\n'
    now = Lock({("notes", "anon", "select"): Right()}, {}, {("storage.docs", "public"): True})

    (told,) = changes(read_lock(old, "a.lock"), now, "a.lock")

    assert told.severity == "warning"
    assert "these are not compared" in told.message
    assert told.help == "Write it again with --lock and commit it."


def test_a_file_of_a_newer_kitdb_is_refused() -> None:
    with pytest.raises(BadLock, match="a newer kitdb"):
        read_lock('"lock version" = 9\n', "a.lock")
