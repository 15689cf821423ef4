from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitdb.errors import KitdbError, MissingPath
from kitdb.lint.profile import chosen_rules
from kitdb.lint.run import Options, judge_files, lint_files, lint_text
from kitdb.sql import split

COMMANDS = (Path(__file__).parents[1] / "sql" / "operations.sql").read_text().splitlines(keepends=True)
PACKAGE = Path(split.__file__).parents[1]
PHASE_0 = [PACKAGE / "schemas", PACKAGE / "policies"]


def found(text, **options):
    """What lint says about a text: the places, and the rules."""
    return [
        f"{finding.place.line}:{finding.place.column} {finding.name}" for finding in lint_text(text, **options).findings
    ]


def write(folder, **texts):
    return [write_one(folder / f"{name}.sql", text) for name, text in texts.items()]


def write_one(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def names(results):
    return [[finding.name for finding in result.findings] for result in results]


@pytest.mark.parametrize("text", ["", "\ufeff", " \n\n", "-- nothing yet\n", ";;", "\\restrict a\n"])
def test_a_file_with_nothing_in_it_has_no_findings(text):
    assert lint_text(text).findings == ()


def test_a_missing_path_is_an_error(tmp_path):
    with pytest.raises(MissingPath, match=r"nowhere\.sql does not exist"):
        lint_files([tmp_path / "nowhere.sql"])


def test_a_folder_without_sql_is_an_error(tmp_path):
    with pytest.raises(KitdbError, match=r"holds no \.sql file"):
        lint_files([tmp_path])


def test_a_folder_stands_for_its_files_in_order(tmp_path):
    write(tmp_path, b="select 1;", a="select 1;")
    (tmp_path / "notes.txt").write_text("drop table t")

    assert [Path(result.subject).name for result in lint_files([tmp_path])] == ["a.sql", "b.sql"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("select 1;\n-- Gr\xfc\xdfe\n".encode("latin-1"), 2),
        ("select 1;".encode("utf-16"), 1),
        (b"\x7fELF\x02\x01\x01\x00\x00\xff\xfe", 1),
        (b"select 1;\nselect \0;", 2),
    ],
    ids=["latin-1", "utf-16", "binary", "null"],
)
def test_a_file_that_is_no_text_is_a_finding(tmp_path, content, line):
    (result,) = lint_files([write_one(tmp_path / "a.sql", content)])

    (finding,) = result.findings
    assert (finding.name, finding.place.line) == ("unreadable-file", line)


def test_a_byte_order_mark_moves_no_column(tmp_path):
    (result,) = lint_files([write_one(tmp_path / "a.sql", b"\xef\xbb\xbfdrop table t;")])

    assert [str(finding.place) for finding in result.findings] == [f"{tmp_path / 'a.sql'}:1:1"]


def test_a_syntax_error_hides_nothing_else():
    assert found("drop table a;\nselect 'é' x y;\ndrop table b;") == [
        "1:1 destructive-drop",
        "2:14 syntax-error",
        "3:1 destructive-drop",
    ]


def test_what_is_never_closed_is_found_where_it_opens():
    assert found("drop table a;\nselect (1;\ndrop table b;") == ["1:1 destructive-drop", "2:8 syntax-error"]


def test_a_template_is_not_taken_for_checked():
    assert found("{{ config() }}\ndrop table a;") == ["1:1 syntax-error"]


def test_rows_of_a_copy_are_no_statements():
    assert found("copy t (a) from stdin;\ndrop table a;\n\\.\ndrop table b;\n") == ["4:1 destructive-drop"]


def test_each_command_of_a_statement_has_its_own_place():
    text = "/* ä */ alter table tä\n  drop a,\n  add b int check (b > 0) default 0, add c int not null;"

    assert found(text) == [
        "2:3 destructive-drop",
        "3:13 check-validates-under-lock",
        "3:38 required-column-without-default",
    ]


def test_names_are_looked_up_on_the_search_path():
    assert found("set search_path = private, public;\ncreate table a (b int);\ndrop table private.a;") == []


def test_a_table_of_an_earlier_file_is_in_use(tmp_path):
    files = write(tmp_path, a="create table private.t (b int primary key, c int);", c="create index on private.t (c);")

    assert names(lint_files(files)) == [[], ["index-not-concurrent"]]


def test_files_that_are_new_together_may_lock_what_they_make(tmp_path):
    files = write(tmp_path, a="create table private.t (b int primary key, c int);", c="create index on private.t (c);")

    assert names(lint_files(files, together=True)) == [[], []]


def test_earlier_files_are_known_and_not_judged(tmp_path):
    before, after = write(
        tmp_path,
        a="create table t (b int primary key, c int); alter table t add constraint k check (c is not null);",
        c="alter table t alter c set not null;",
    )

    assert names(lint_files([after])) == [["set-not-null-scans"]]
    assert names(lint_files([after], earlier=[before])) == [[]]


def test_the_last_policy_of_a_table_is_missed(tmp_path):
    secured = (
        "create table private.t (b int primary key);\nalter table private.t enable row level security;\n"
        "create policy p on private.t for select to authenticated using (b > 1);\n"
    )
    files = write(tmp_path, a=secured, b="drop policy p on private.t;")
    replaced = write(
        tmp_path, c=secured, d="drop policy p on private.t;\ncreate policy q on private.t to anon using (b > 1);"
    )

    assert names(lint_files(files)) == [[], ["breaking-contract"]]
    assert names(lint_files(replaced)) == [[], []]


def test_row_level_security_counts_as_it_is_in_the_end(tmp_path):
    table, security = write(
        tmp_path,
        a="create table t (b int primary key);",
        c="alter table t rename to u; alter table u enable row level security; revoke all on u from anon, authenticated;",
    )

    assert names(lint_files([table])) == [["table-without-rls"]]
    assert names(lint_files([table, security], together=True)) == [[], []]


def test_only_exposed_schemas_need_row_level_security():
    text = "create table a.t (b int primary key); create table public.t (b int primary key);"

    assert found(text) == ["1:39 table-without-rls"]
    assert found(text, exposed_schemas=("a",)) == []
    assert found(f"{text} grant select on a.t to anon;", exposed_schemas=("a",)) == ["1:1 table-without-rls"]


def test_what_a_do_block_runs_is_looked_into():
    table = "create table t (b int primary key); revoke all on t from anon, authenticated;\n"

    assert found(f"{table}do $$ begin execute 'alter table t enable row level security'; end $$;") == []
    assert found(f"{table}do $$ begin alter table t enable row level security; end $$;") == []
    assert found("do $$\nbegin\n  if true then drop table t; end if;\nend $$;") == ["3:16 destructive-drop"]


def test_row_level_security_that_a_do_block_may_enable_is_left_open_and_said():
    text = (
        "create table t (b int primary key);\n"
        "do $$ declare n text := 't'; begin execute format('alter table %I enable row level security', n); end $$;"
    )

    assert found(text) == ["2:44 opaque-statement"]


def test_a_do_block_in_another_language_is_said_to_be_unchecked():
    result = lint_text("select 1;\ndo language plv8 $$ drop() $$;")

    assert result.findings == ()
    assert result.notes == ("line 2: what this DO block in plv8 does is not checked",)


def test_a_policy_counts_as_it_is_in_the_end():
    create = "create policy p on t for delete to authenticated using (true);"

    assert found(create) == ["1:1 policy-always-true"]
    assert found(f"{create}\ndrop policy p on t;") == []
    assert found(f"{create}\nalter policy p on t using ((select auth.uid()) = id);") == []
    assert found(f"{create}\nalter policy p on t rename to q;") == ["1:1 policy-always-true"]


def test_an_altered_policy_is_judged_where_it_is_altered():
    text = "create policy p on t for delete to authenticated using (false);\nalter policy p on t using (true);"

    assert found(text) == ["2:1 policy-always-true"]


def test_a_replaced_function_is_judged_where_it_is_replaced():
    safe = "create function private.f() returns int language sql security definer set search_path = '' as 'select 1';"
    unsafe = "create or replace function private.f() returns int language sql security definer as 'select 1';"

    assert found(f"{safe}\n{unsafe}") == ["2:1 definer-function-without-search-path"]
    assert found(f"{unsafe}\n{safe.replace('create', 'create or replace')}") == []


def test_a_file_of_statements_that_run_alone_is_no_transaction():
    assert found("create index concurrently a on t (b);\nvacuum t;") == []
    assert found("create index concurrently a on t (b);\ndelete from t where b = 1;") == [
        "1:1 non-transactional-in-transaction"
    ]
    assert (
        found("-- pg-delta: transaction=false\ncreate index concurrently a on t (b);\ndelete from t where b = 1;") == []
    )


def test_phase_0_has_no_findings():
    results = lint_files(PHASE_0, together=True)

    assert [finding for result in results for finding in result.findings] == []
    assert len(results) > 10


def test_phase_0_without_its_policies_is_open():
    findings = [finding for result in lint_files(PHASE_0[:1], together=True) for finding in result.findings]

    assert {finding.name for finding in findings} == {"table-without-rls"}
    assert "public.kits" in {finding.subject for finding in findings}


def test_the_result_of_a_file_says_which_and_whether_it_passed():
    result = lint_text("create policy p on t for select using (false);", "a.sql")

    assert (result.subject, result.passed, len(result.findings)) == ("a.sql", True, 1)
    assert not lint_text("drop table t;").passed


PIECES = st.sampled_from(
    [*COMMANDS, "-- kitdb: allow KD201: x\n", "/*", "*/", "'", '"', "$$", "(", ")", ";", "\\x", "\0", "ä"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_text_is_too_strange(text):
    assert lint_text(text).subject == "<sql>"


def test_a_renamed_table_is_judged_by_its_last_name():
    text = "create table t (a int primary key);\nalter table t rename to u;\ncreate table t (a int primary key);\n"
    policy = "create policy p on {0} to authenticated using (a = 1); alter table {0} enable row level security;"

    assert found(text + policy.format("t")) == ["1:1 table-without-rls"]
    assert found(text + policy.format("u")) == ["3:1 table-without-rls"]


def test_a_renamed_table_keeps_its_keys_and_policies():
    text = (
        "create table t (id int primary key, owner_id uuid references auth.users);\n"
        "create policy p on t for select to authenticated using (owner_id = (select auth.uid()));\n"
        "alter table t enable row level security;\nalter table t rename to u;\n"
    )

    subjects = {finding.code: finding.subject for finding in lint_text(text).findings}

    assert {code: subjects[code] for code in ("KD418", "KD603", "KD703")} == dict.fromkeys(
        ("KD418", "KD603", "KD703"), "public.u"
    )


@pytest.mark.parametrize("spelled", ["app_role", "public.app_role", '"public"."app_role"', "app_role, variadic text[]"])
def test_a_function_is_the_same_however_its_types_are_spelled(spelled):
    rest = ", variadic rest text[]" if "variadic" in spelled else ""
    made = (
        f"create function public.has_role(who uuid, wanted app_role{rest}) returns boolean language sql security definer "
        "as 'select true';\n"
    )
    put_right = (
        f"alter function public.has_role(uuid, {spelled}) set search_path = '';\n"
        f"revoke execute on function public.has_role(uuid, {spelled}) from public, anon, authenticated;\n"
    )

    assert found(made) == ["1:1 definer-function-without-search-path", "1:1 definer-function-callable"]
    assert found(made + put_right) == []


@pytest.mark.parametrize("column", ['"userId"', '"group"', '"my key"', "OWNER"])
def test_an_index_is_found_whatever_its_column_is_called(column):
    text = (
        f"create table private.org (id int primary key);\n"
        f"create table private.t (id int primary key, {column} int references private.org, number int);\n"
    )

    assert [line.partition(" ")[2] for line in found(text)] == ["foreign-key-without-index"]
    assert found(f"{text}create index a on private.t ({column} desc);") == []
    assert found(f"{text}create index a on private.t ({column}, number);\ncreate index b on private.t ({column});") == [
        "4:1 duplicate-index"
    ]


def test_a_table_that_is_gone_is_not_lost_again():
    text = "drop table if exists public.t;\ndrop table if exists public.t cascade;\n"

    assert found(text) == ["1:1 destructive-drop"]
    assert found(f"{text}create table public.t (id int primary key);\n") == [
        "1:1 destructive-drop",
        "3:1 table-without-rls",
    ]


@pytest.mark.parametrize(
    ("returns", "body", "more", "severity"),
    [
        ("boolean", "select true", "", "warning"),
        ("boolean", "select true", "create policy p on t for select to authenticated using (f());", "info"),
        ("text", "select decrypted_secret from vault.decrypted_secrets", "", "error"),
        ("boolean", "select true from vault.decrypted_secrets", "", "warning"),
    ],
)
def test_a_function_with_its_owners_rights_is_as_bad_as_what_it_gives_away(returns, body, more, severity):
    text = (
        f"create function f() returns {returns} language sql security definer set search_path = '' as '{body}';\n{more}"
    )

    assert [one.severity for one in lint_text(text).findings if one.code == "KD504"] == [severity]


def test_a_key_that_is_validated_later_is_the_same_key():
    text = (
        "create table private.o (id int primary key);\n"
        "create table private.t (id int primary key, o int);\n"
        "alter table private.t add constraint k foreign key (o) references private.o not valid;\n"
        "alter table private.t validate constraint k;"
    )

    assert "3:27 foreign-key-without-index" in found(text)


def test_a_policy_that_asks_for_a_user_may_be_for_every_role():
    (finding,) = lint_text("create policy p on t for select using (a = (select auth.uid()));").findings

    assert (finding.name, finding.severity) == ("policy-to-public", "info")


def test_a_column_keeps_its_type_when_the_type_is_renamed():
    old = "create type stage as enum ('new'); alter table task add column stage stage;"
    swap = """
        alter type stage rename to stage_old;
        create type stage as enum ('new', 'done');
        alter table task alter column stage type stage using stage::text::stage;
    """

    assert "4:26 column-type-rewrites" in found(f"{old}{swap}")


def test_what_goes_with_a_type_is_lost(tmp_path):
    files = write(
        tmp_path,
        a="create type stage as enum ('new'); create table task (id int primary key, stage stage);",
        b="drop type stage cascade;",
        c="alter table task drop column if exists never_was;",
    )

    lost = [finding.message for result in lint_files(files) for finding in result.findings if finding.code == "KD201"]
    assert lost == ["what is in column stage of public.task is lost"]


def test_a_where_that_every_row_passes_is_none():
    assert "every-row-written" in found("delete from task where true;")[0]


def test_a_table_whose_statement_is_broken_is_still_new():
    broken = 'create table if not exists private."T a" (id int,, b int); create index on private."T a" (b);'

    assert found(broken) == ["1:50 syntax-error"]


def test_an_index_follows_its_column_to_another_name():
    text = """
        create table private.org (id bigint primary key);
        create table private.task (id bigint primary key, org bigint references private.org);
        create index on private.task (org);
        alter table private.task rename column org to org_id;
        alter table private.task add column team bigint;
        create index on private.task (team);
        alter table private.task rename team to team_id;
        alter table private.task add foreign key (team_id) references private.org;
    """

    assert found(text) == []


def test_an_index_on_a_table_in_use_is_said_once():
    text = "alter table task add column note text; create index on task (note);"

    assert found(text) == ["1:40 index-not-concurrent"]


def test_a_link_to_nowhere_is_not_passed_over(tmp_path):
    write(tmp_path, a="select 1;")
    (tmp_path / "b.sql").symlink_to("nowhere.sql")

    assert names(lint_files([tmp_path])) == [[], ["unreadable-file"]]


def test_of_several_policies_that_go_only_the_last_one_takes_the_rows_away(tmp_path):
    made = write_one(
        tmp_path / "1.sql",
        "create table t (id bigint primary key);\nalter table t enable row level security;\n"
        "create policy a on t for select to anon using (true);\ncreate policy b on t for select to anon using (true);\n",
    )
    gone = write_one(tmp_path / "2.sql", "drop policy a on t;\ndrop policy b on t;\n")

    _, last = lint_files([made, gone])

    assert [(f.name, f.place.line) for f in last.findings if f.name == "breaking-contract"] == [
        ("breaking-contract", 2)
    ]


DOMAINS = """
create table other (id bigint primary key);
create domain title as text check (value <> '');
create domain label as varchar;
alter domain label add check (value <> '-');
create domain plain as varchar;
create table task (id bigint primary key, title title, name text, label label, plain plain);
alter table task enable row level security;
"""


@pytest.mark.parametrize(
    ("change", "rewritten"),
    [
        ("title type text", False),
        ("title type varchar(20)", True),
        ("name type title", True),
        ("name type label", True),
        ("name type plain", False),
        ("plain type public.plain", False),
        ("label type text", False),
    ],
)
def test_a_domain_is_what_it_is_made_of_to_a_change_of_type(tmp_path, change, rewritten):
    paths = write(tmp_path, a=DOMAINS, b=f"alter table task alter column {change};")

    results = lint_files(paths)

    assert ("column-type-rewrites" in names(results)[1]) is rewritten


def test_a_column_that_is_there_is_not_added(tmp_path):
    change = "alter table task add column if not exists {} uuid unique not null default gen_random_uuid();"
    table = "create table private.task (id bigint primary key, token uuid);"
    paths = write(
        tmp_path, a=f"create schema private; {table}", b=f"set search_path = private; {change.format('token')}"
    )

    assert names(lint_files(paths))[1] == []
    assert "add-column-rewrites" in names(lint_files(write(tmp_path, b=change.format("other"))))[0]


def test_a_table_that_no_file_makes_may_be_dropped_if_it_is_there(tmp_path):
    paths = write(tmp_path, a="create table private.task (id bigint primary key);", b="drop table if exists old, task;")

    _, result = lint_files(paths)

    assert [(one.name, one.severity, one.confidence) for one in result.findings] == [
        ("destructive-drop", "info", "possible"),
        ("destructive-drop", "info", "possible"),
    ]
    assert [one.severity for one in lint_text("drop table if exists old;").findings] == ["error"]


SECURES_ALL = (
    "do $$ declare t text; begin for t in select tablename from pg_tables loop"
    " execute format('alter table %I enable row level security', t); end loop; end $$;"
)


def test_a_do_block_finds_no_table_that_is_made_later(tmp_path):
    old, new = (f"create table {name} (id bigint primary key);" for name in ("old", "new"))
    paths = write(tmp_path, a=old, b=SECURES_ALL, c=new)

    assert names(lint_files(paths)) == [[], ["opaque-statement"], ["table-without-rls"]]


def test_a_do_block_that_names_its_table_speaks_for_no_other(tmp_path):
    block = "do $$ begin execute 'alter table task enable row level security'; end $$;"
    paths = write(tmp_path, a="create table other (id bigint primary key);", b=block)

    assert "table-without-rls" in names(lint_files(paths))[0]


def test_an_event_trigger_may_secure_every_table(tmp_path):
    trigger = (
        "create function private.secure() returns event_trigger language plpgsql set search_path = '' as"
        " $$ begin execute 'alter table ' || 'x' || ' enable row level security'; end $$;"
        "create event trigger secure on ddl_command_end execute function private.secure();"
    )
    paths = write(tmp_path, a=trigger, b="create table task (id bigint primary key);")

    assert names(lint_files(paths))[1] == []


def test_what_no_file_makes_may_go_unsaid(tmp_path):
    table = "create table private.task (id bigint primary key); create view private.open as select 1;"
    drops = "drop view if exists private.open; drop view if exists private.never; drop function if exists never();"
    paths = write(tmp_path, a=table, b=drops)

    messages = [finding.message for finding in lint_files(paths)[1].findings]

    assert messages == ["whoever reads private.open fails"]


def test_a_column_is_judged_though_its_table_has_another_name(tmp_path):
    paths = write(
        tmp_path,
        a="create table private.task (id bigint primary key, at timestamp);",
        b="alter table private.task rename to old_task; create table private.task (id bigint primary key);",
    )

    assert names(lint_files(paths))[0] == ["timestamp-without-time-zone"]


def test_a_partition_is_not_detached_concurrently_from_beside_a_default(tmp_path):
    table = (
        "create table private.t (id bigint primary key) partition by range (id);"
        "create table private.t_1 partition of private.t for values from (1) to (2);"
    )
    detach = "alter table private.t detach partition private.t_1;"
    default = "create table private.t_rest partition of private.t default;"

    with_default = lint_files(write(tmp_path, a=table + default, b=detach))[1]
    without = lint_files(write(tmp_path, a=table, b=detach))[1]

    assert [one.message.partition(": ")[2] for one in (*with_default.findings, *without.findings)] == [
        "CONCURRENTLY is refused as long as private.t_rest is its default",
        "",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_pipe_among_the_files_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.sql")

    (finding,) = lint_files([tmp_path])[0].findings

    assert finding.message.endswith("a.sql: it is a pipe")


def test_a_secret_is_not_shown_again():
    (finding,) = lint_text("select private.f('sb_secret_abcdefghijklmnop1234');").findings

    assert (finding.name, finding.excerpt) == ("secret-in-migration", None)
    assert "abcdefgh" not in finding.message


def test_a_queue_that_clients_reach_needs_policies():
    create, secure = "select pgmq.create('mails');", "alter table pgmq.q_mails enable row level security;"

    assert found(create, exposed_schemas=("public", "pgmq_public")) == ["1:8 queue-without-rls"]
    assert found(create + secure, exposed_schemas=("public", "pgmq_public")) == []
    assert found(create) == []


def test_phase_0_has_no_finding_of_a_rule_about_taste():
    options = Options(rules=chosen_rules("strict"))
    judged = judge_files(PHASE_0, options, together=True)

    assert {one.finding.name for part in judged for one in part.judged if one.finding.code > "KD711"} == set()


def test_the_last_statement_of_a_file_may_fail_when_it_is_run_again():
    options = Options(rules=chosen_rules("strict"))
    text = (
        "-- kitdb: no-transaction\nalter table private.a add column b int;\nalter table private.a add column c int;\n"
        "vacuum private.a;\nalter table private.a add column d int;"
    )

    places = [one.place.line for one in lint_text(text, options=options).findings if one.name == "not-rerunnable"]

    assert places == [2, 3]


def test_a_check_that_a_column_says_itself_is_not_missed(tmp_path):
    table = "create table private.t (id bigint primary key, a text, constraint given check (a is not null));"
    change = "alter table private.t alter a set not null; alter table private.t drop constraint given;"

    assert names(lint_files(write(tmp_path, a=table, b=change)))[1] == []
    assert names(lint_files(write(tmp_path, a=table, b=change[44:])))[1] == ["breaking-contract"]


@pytest.mark.parametrize(
    ("body", "rewritten"),
    [
        ("select 1::text", False),
        ("select lower('A');", False),
        ("select now()::text", False),
        ("select gen_random_uuid()::text", True),
        ("select (select 'a')", True),
        ("select 'a' from pg_class limit 1", True),
        ("select 'a'; select 'b'", True),
        ("select private.other()", True),
    ],
)
def test_a_function_that_is_put_in_place_of_its_call_is_as_volatile_as_its_body(tmp_path, body, rewritten):
    function = f"create function private.f() returns text language sql as $f$ {body} $f$;"
    paths = write(tmp_path, a=function, b="alter table private.t add column a text default private.f();")

    assert ("add-column-rewrites" in names(lint_files(paths))[1]) is rewritten
