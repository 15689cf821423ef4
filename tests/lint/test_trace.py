from __future__ import annotations

import pytest

from kitdb.lint.run import Options, judge
from kitdb.lint.script import read_text
from kitdb.lint.tracing import traced
from kitdb.sandbox import open_sandbox
from kitdb.sandbox.servers import find_servers

pytestmark = pytest.mark.server

BASE = """
alter default privileges in schema public grant select on tables to anon;
create table private.task (id bigint primary key, org_id bigint, title varchar(10), number int not null);
create table private.org (id bigint primary key, name varchar(10));
create index on private.org (lower(name));
create table private.part (id bigint) partition by range (id);
create table private.part_1 (id bigint);
create table private.year (id bigint primary key) partition by range (id);
create table private.year_rest partition of private.year default;
create index task_title_idx on private.task (title);
create type private.state as enum ('new');
create function private.one() returns int language sql as 'select 1';
create function private.many() returns int language sql as 'select random()::int';
"""


@pytest.fixture(scope="module", params=["any", "15"])
def sandbox(request):
    """The server of the other tests, and a local one of 15, which writes other messages and takes other locks."""
    major = None if request.param == "any" else int(request.param)
    if major and major not in [server.major for server in find_servers()]:
        pytest.skip(f"there is no Postgres {major} here")
    with open_sandbox(major=major) as running:
        yield running


@pytest.fixture
def trace(sandbox, database):
    """What is said of a text that comes after BASE, as `line engine rule`, and the notes."""

    def run(text, *, base=BASE, together=False):
        earlier = read_text(f"create schema private;{base}", "base.sql", "earlier")
        file = read_text(text, "new.sql", "new")
        options = Options()
        judgements = judge([earlier], [file], options)
        with sandbox.connect(database=database) as connection:
            return traced(connection, [earlier], judgements, options, together=together)

    return run


def said(done):
    return [
        f"{finding.place.line if finding.place else 'end'} {finding.engine} {finding.name}"
        for result in done.results
        for finding in result.findings
    ]


CONFIRMED = {
    "foreign key": (
        "alter table private.task add constraint f foreign key (id) references private.org;",
        ["1 traced foreign-key-validates-under-lock"],
    ),
    "check": ("alter table private.task add check (id > 0);", ["1 traced check-validates-under-lock"]),
    "not null": ("alter table private.task alter title set not null;", ["1 traced set-not-null-scans"]),
    "index": ("create index on private.task (org_id);", ["1 traced index-not-concurrent"]),
    "unique": ("alter table private.task add unique (org_id);", ["1 traced constraint-builds-index"]),
    "default": ("alter table private.task add a uuid default gen_random_uuid();", ["1 traced add-column-rewrites"]),
    "type": ("alter table private.task alter org_id type int;", ["1 traced column-type-rewrites"]),
    "cluster": ("cluster private.task using task_pkey;", ["1 traced table-rewritten"]),
    "attach": (
        "alter table private.part attach partition private.part_1 for values from (1) to (2);",
        ["1 traced attach-partition-scans"],
    ),
    "a partition beside the default one": (
        "create table private.year_1 partition of private.year for values from (5) to (6);",
        ["1 traced attach-partition-scans"],
    ),
    "a type under the expression of an index": (
        "alter table private.org alter name type text;",
        ["1 traced column-type-rewrites"],
    ),
    "vacuum full": ("vacuum full private.task;", ["1 traced table-rewritten"]),
}


@pytest.mark.parametrize(("text", "expected"), CONFIRMED.values(), ids=CONFIRMED.keys())
def test_what_is_seen_is_certain(trace, text, expected):
    done = trace(text)

    assert said(done) == expected
    assert {finding.confidence for result in done.results for finding in result.findings} == {"certain"}
    assert all(finding.evidence for result in done.results for finding in result.findings)


DROPPED = {
    "a function that is no more than its constant": "alter table private.task add a int default private.one();",
    "a longer varchar": "alter table private.task alter title type varchar(20);",
    "a proof that only the server has": (
        "alter table private.task add constraint c check (num_nulls(title, org_id) = 0) not valid;"
    ),
}


@pytest.mark.parametrize("text", DROPPED.values(), ids=DROPPED.keys())
def test_what_does_not_happen_is_not_said(trace, text):
    assert said(trace(text)) == []


RAISED = {
    "a DO block": (
        "do $$ begin execute format('create index on private.%I (org_id)', 'task'); end $$;",
        ["1 traced index-not-concurrent"],
    ),
    "a function of the project": (
        "create function private.go() returns void language plpgsql set search_path = '' as $$\n"
        "begin alter table private.task add a float default random(); end $$;\n"
        "select private.go();",
        ["3 traced table-rewritten"],
    ),
    "a table of the end": (
        "do $$ begin execute 'create table public.' || 'a (id bigint primary key)'; end $$;",
        ["1 catalog table-without-rls"],
    ),
    "a table that only running makes": (
        "do $$ declare n text := 'a'; begin execute format('create table public.%I (id bigint primary key)', n); end $$;",
        ["end catalog table-without-rls"],
    ),
    "what the server refuses": (
        "select 1;\nalter table private.task drop nothing;",
        ["2 traced statement-fails", "2 static destructive-drop"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), RAISED.values(), ids=RAISED.keys())
def test_what_nobody_saw_coming_is_said(trace, text, expected):
    assert said(trace(text)) == expected


def test_row_level_security_that_a_loop_enables_counts(trace):
    text = """
    create table public.a (id bigint primary key);
    create policy p on public.a for select to authenticated using (id = 1);
    do $$ declare n text; begin
      for n in select tablename from pg_tables where schemaname = 'public' loop
        execute format('alter table public.%I enable row level security', n);
      end loop;
    end $$;
    """
    assert said(trace(text)) == []


def test_new_tables_may_be_locked(trace):
    assert said(trace("create table private.a (id bigint primary key, b int); create index on private.a (b);")) == []


def test_the_keys_of_new_tables_are_looked_up_in_no_time(trace):
    text = (
        "create table private.a (id bigint primary key, org_id bigint);\n"
        "create index on private.a (org_id);\n"
        "alter table private.a add constraint f foreign key (org_id) references private.org;"
    )
    assert said(trace(text)) == []


def test_an_enum_value_is_refused_in_the_transaction_that_adds_it(trace):
    text = "alter type private.state add value 'old';\ncreate table private.a (id private.state primary key default 'old');"

    assert said(trace(text)) == ["2 traced enum-value-used-in-same-transaction"]


def test_an_allowed_finding_is_not_raised_again(trace):
    text = "-- kitdb: allow KD104: small\ndo $$ begin execute format('create index on private.%I (org_id)', 'task'); end $$;"

    assert [line for line in said(trace(text)) if "index" in line] == []


def test_what_the_sandbox_lacks_is_said(trace):
    done = trace("create extension no_such_extension with schema extensions;\nselect cron.schedule('a', 'b', 'c');")

    assert said(done) == []
    assert [note.partition(":")[0] for note in done.results[0].notes] == ["line 1", "line 2"]


IN_NO_LANGUAGE = "create function private.f() returns int language no_such_language as 'x';\n"


def test_what_needs_what_the_sandbox_lacks_is_not_said_to_fail(trace):
    text = "create extension no_such_language schema extensions;\n"
    done = trace(text + IN_NO_LANGUAGE + "grant execute on function private.f() to anon;")

    assert said(done) == []
    assert [note.partition(":")[0] for note in done.results[0].notes] == ["line 1", "line 2", "line 3"]


def test_what_nothing_explains_fails(trace):
    assert said(trace(IN_NO_LANGUAGE)) == ["1 traced statement-fails"]


def test_what_is_read_and_what_is_there_in_the_end_is_said_once(trace):
    text = (
        "create type public.role_ as enum ('a');\n"
        "create function public.f(a role_, b varchar(10)) returns int language sql security definer "
        "set search_path = '' as 'select 1';\n"
        "create table private.u (id int primary key, org_id bigint references private.org);\n"
        "alter table private.u rename to v;\n"
    )

    assert said(trace(text)) == [
        "2 catalog definer-function-callable",
        "3 catalog foreign-key-without-index",
    ]


def test_a_required_column_is_no_check_constraint(trace):
    assert said(trace("alter table private.task add column pos int not null;")) == [
        "1 static required-column-without-default"
    ]


def test_an_earlier_file_that_fails_leaves_the_rest_untraced(trace):
    done = trace("create index on private.task (org_id);", base="select 1;\nselect nothing;")

    assert said(done) == ["1 static index-not-concurrent"]
    assert done.results[0].notes == ('not traced: base.sql:2 fails in the sandbox: column "nothing" does not exist',)


def test_rows_of_a_copy_are_run(trace):
    text = "copy private.org (id) from stdin;\n1\n2\n\\.\nalter table private.org add constraint c check (id > 1);\n"

    (finding, *_) = trace(text).results[0].findings
    assert "is violated by some row" in finding.message


def test_statements_outside_of_a_transaction_are_watched_too(trace):
    text = "-- kitdb: no-transaction\ncreate index concurrently on private.task (org_id);\nalter table private.task add check (id > 0);"

    assert said(trace(text)) == ["3 traced check-validates-under-lock"]


def test_what_is_not_there_is_not_lost(trace):
    text = "drop table if exists private.never_was; alter table private.task drop column if exists title;"

    assert said(trace(text)) == ["1 static destructive-drop"]
