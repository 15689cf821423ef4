from __future__ import annotations

import pytest

from kitdb.errors import CannotWrite
from kitdb.lint.fix import fixed, write_fixed
from kitdb.lint.profile import chosen_rules
from kitdb.lint.run import Options, judge_files, rejudge


def put_right(path, *, unsafe=False):
    judgements = judge_files([path], Options())
    return fixed(judgements[0], rejudge(judgements[0], judgements, Options(), []), unsafe=unsafe)


def write(folder, text, name="20250101000000_a.sql"):
    path = folder / name
    path.write_bytes(text.encode())
    return path


SAFE = {
    "a call for each row": (
        "create policy p on t for select to authenticated\n  using (a = auth.uid() or b = auth.uid()); -- é",
        "create policy p on t for select to authenticated\n"
        "  using (a = (select auth.uid()) or b = (select auth.uid())); -- é",
    ),
    "a transaction of its own": ("begin;\nselect 1;\ncommit;\n", "select 1;\n"),
    "a stale allowance": ("-- kitdb: allow KD201: x\nselect 1;\n", "select 1;\n"),
    "a key without an index": (
        "create table private.o (id int primary key);\n"
        'create table private.t (id int primary key, "o Id" int references private.o);\n',
        "create table private.o (id int primary key);\n"
        'create table private.t (id int primary key, "o Id" int references private.o);\n'
        'create index on private.t ("o Id");\n',
    ),
    "a name that is too long": (
        f'create type private."{"é" * 40}" as (a int);\ncreate type private.{"b" * 70} as (a int);',
        f'create type private."{"é" * 31}" as (a int);\ncreate type private.{"b" * 63} as (a int);',
    ),
    "a key of a table that has another name later": (
        "create table private.t (id int primary key, o int references private.t);\n"
        "alter table private.t rename to u;\n",
        "create table private.t (id int primary key, o int references private.t);\n"
        "create index on private.t (o);\n"
        "alter table private.t rename to u;\n",
    ),
    "CRLF": ("begin;\r\nselect 1;\r\ncommit;\r\n", "select 1;\r\n"),
}


@pytest.mark.parametrize(("before", "after"), SAFE.values(), ids=SAFE.keys())
def test_only_what_is_wrong_is_changed(tmp_path, before, after):
    found = put_right(write(tmp_path, before))

    assert found.after == after
    assert found.extra == ()


def test_a_constraint_is_validated_by_a_file_of_its_own(tmp_path):
    found = put_right(write(tmp_path, "alter table t add constraint c check (a > 0), add constraint d check (b > 0);"))

    assert found.after == (
        "alter table t add constraint c check (a > 0) not valid, add constraint d check (b > 0) not valid;"
    )
    assert found.extra == (
        (
            "20250101000002_a_validate.sql",
            "alter table public.t validate constraint c;\nalter table public.t validate constraint d;\n",
        ),
    )


def test_not_null_takes_three_steps(tmp_path):
    found = put_right(write(tmp_path, "alter table t alter a set not null, add b int;"))

    assert found.after == "alter table t add constraint t_a_given check (a is not null) not valid, add b int;"
    assert found.extra[0][1].splitlines() == [
        "alter table public.t validate constraint t_a_given;",
        "alter table public.t alter column a set not null;",
        "alter table public.t drop constraint t_a_given;",
    ]


def test_an_index_moves_into_a_file_without_a_transaction(tmp_path):
    found = put_right(write(tmp_path, "-- why\ncreate unique index i on t (a);\nselect 1;\n"))

    assert found.after == "-- why\nselect 1;\n"
    assert found.extra == (("20250101000001_a_concurrently.sql", "create unique index concurrently i on t (a);\n"),)


def test_what_changes_the_outcome_needs_to_be_asked_for(tmp_path):
    path = write(tmp_path, "create view v as select * from t;")

    assert put_right(path) is None
    assert put_right(path, unsafe=True).after == "create view v with (security_invoker = on) as select * from t;"


UNSAFE = {
    "policies without effect": (
        "create table private.t (id int primary key, a uuid);\n"
        "create policy p on private.t for select to authenticated using (a = (select auth.uid()));",
        "create table private.t (id int primary key, a uuid);\n"
        "alter table private.t enable row level security;\n"
        "create policy p on private.t for select to authenticated using (a = (select auth.uid()));",
    ),
    "a weaker check": (
        "create policy p on t for update to authenticated using (a = (select auth.uid())) with check (length(b) > 0);",
        "create policy p on t for update to authenticated using (a = (select auth.uid())) ;",
    ),
    "a policy that is for everybody": (
        "create policy p on t for select using (true);",
        "create policy p on t for select to anon, authenticated using (true);",
    ),
    "names in a body that are not qualified": (
        "create function private.f() returns bigint language sql security definer as 'select count(*) from t';",
        "create function private.f() returns bigint language sql security definer "
        "set search_path = public, pg_temp as 'select count(*) from t';",
    ),
    "a captured column": (
        "create table private.k (id int primary key, who uuid);\n"
        "create table private.i (id int primary key, kit int, owner uuid, who uuid);\n"
        "create policy p on private.i for select to authenticated"
        " using (exists (select 1 from private.k where k.id = who));",
        "create table private.k (id int primary key, who uuid);\n"
        "create table private.i (id int primary key, kit int, owner uuid, who uuid);\n"
        "alter table private.i enable row level security;\n"
        "create policy p on private.i for select to authenticated"
        " using (exists (select 1 from private.k where k.id = i.who));",
    ),
    "a function for anybody": (
        "create function public.f(a int) returns int language sql security definer set search_path = '' as 'select 1';",
        "create function public.f(a int) returns int language sql security definer set search_path = '' as 'select 1';\n"
        "revoke execute on function public.f(integer) from anon, authenticated, public;",
    ),
    "times without a zone": (
        'create table private.t (id int primary key, "At" timestamp(3) without time zone not null);',
        'create table private.t (id int primary key, "At" timestamptz(3) not null);',
    ),
}


@pytest.mark.parametrize(("before", "after"), UNSAFE.values(), ids=UNSAFE.keys())
def test_what_is_asked_for_is_changed(tmp_path, before, after):
    path = write(tmp_path, before)

    assert put_right(path) is None
    assert put_right(path, unsafe=True).after == after


def test_a_fixed_file_keeps_its_byte_order_mark_and_has_no_such_finding(tmp_path):
    path = write(tmp_path, "\ufeffcreate index i on t (a);\nbegin;\nselect 1;\ncommit;\n")

    written = write_fixed(put_right(path))

    assert path.read_bytes() == "\ufeffselect 1;\n".encode()
    assert [one.name for one in written] == ["20250101000001_a_concurrently.sql", "20250101000000_a.sql"]
    assert [one.finding for judgement in judge_files(written, Options()) for one in judgement.judged] == []


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    path = write(tmp_path, "create index i on t (a);\nselect 1;")
    write(tmp_path, "select 1;", "20250101000001_a_concurrently.sql")

    with pytest.raises(CannotWrite, match="is there already"):
        write_fixed(put_right(path))
    assert path.read_text().startswith("create index i")


def test_a_difference_shows_the_files_to_come(tmp_path):
    text = "".join(put_right(write(tmp_path, "create index i on t (a);\nselect 1;\n")).diff())

    assert "-create index i on t (a);\n" in text
    assert "+create index concurrently i on t (a);\n" in text
    assert "--- /dev/null" in text


def test_the_schema_is_written_before_a_bare_name(tmp_path):
    path = write(tmp_path, 'create view\n  "V"  as select 1 as n;\ncreate table if not exists public . t (a int);\n')
    options = Options(rules=chosen_rules("strict"))
    judgements = judge_files([path], options)

    after = fixed(judgements[0], rejudge(judgements[0], judgements, options, []), unsafe=True).after

    assert after.startswith('create view\n  public."V"  ')
    assert "exists public . t (" in after
