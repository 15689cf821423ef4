"""Statements run as a request would run them, on the server, each undone: what was done, refused, or broken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from psycopg import sql
from psycopg.types.json import Jsonb

from kitdb.database import Caller, Connection

# One function call tries many statements: each in a subtransaction that ends in an exception of our own, which takes
# back rows, role and settings together. The role comes from a session of `authenticator`, as behind the API; only a
# connection that logged in as superuser may change its session user and come back to look at what was done.
_ATTEMPT = """
create function pg_temp.kitdb_attempt(
  caller_role text, claims text, read_only boolean, quiet boolean, prepare text, statement text, answers boolean,
  inspect text
) returns jsonb language plpgsql as $kitdb$
declare
  superuser constant text := session_user;
  state text;
  message text;
  constraint_name text;
  context text;
  touched bigint;
  answer text;
  seen text;
  done boolean := false;
begin
  begin
    perform set_config('request.jwt.claims', coalesce(claims, ''), true);
    if quiet then
      perform set_config('session_replication_role', 'replica', true);
    end if;
    if prepare is not null then
      execute prepare;
    end if;
    if caller_role is not null then
      perform set_config('session_authorization', 'authenticator', true);
      perform set_config('role', caller_role, true);
    end if;
    if read_only then
      perform set_config('transaction_read_only', 'on', true);
    end if;
    if answers then
      execute statement into answer;
    else
      execute statement;
    end if;
    get diagnostics touched = row_count;
    set constraints all immediate;
    perform set_config('session_authorization', superuser, true);
    done := true;
    if inspect is not null then
      execute inspect into seen;
    end if;
    raise sqlstate 'KD000';
  exception when query_canceled or others then
    get stacked diagnostics state = returned_sqlstate, message = message_text,
      constraint_name = constraint_name, context = pg_exception_context;
  end;
  if done and state <> 'KD000' then
    -- the inspection is ours and evaluates the specification: its failure is no answer of the database's
    raise exception using errcode = 'KD001', message = message, detail = inspect;
  end if;
  return jsonb_build_object('state', state, 'message', message, 'constraint', constraint_name, 'context', context,
    'touched', touched, 'answer', answer, 'seen', seen);
end
$kitdb$
"""

_RUN = """
create function pg_temp.kitdb_run(attempts jsonb) returns jsonb language plpgsql as $kitdb$
declare
  attempt record;
  found jsonb;
  control jsonb;
  silent jsonb;
  results jsonb[] := '{}';
begin
  for attempt in
    select * from jsonb_to_recordset(attempts) as t(
      caller_role text, claims text, read_only boolean, prepare text, statement text, answers boolean, inspect text,
      control boolean, quiet boolean)
  loop
    control := null;
    silent := null;
    found := pg_temp.kitdb_attempt(attempt.caller_role, attempt.claims, attempt.read_only, attempt.quiet,
      attempt.prepare, attempt.statement, attempt.answers, attempt.inspect);
    if attempt.control and not (found ->> 'state' = 'KD000' and (found ->> 'touched')::bigint > 0) then
      control := pg_temp.kitdb_attempt(null, attempt.claims, false, false, attempt.prepare, attempt.statement,
        attempt.answers, attempt.inspect);
      if control ->> 'state' not in ('KD000') and control ->> 'state' !~ '^23' then
        silent := pg_temp.kitdb_attempt(null, attempt.claims, false, true, attempt.prepare, attempt.statement,
          attempt.answers, attempt.inspect);
      end if;
    end if;
    results := results || jsonb_build_array(found, control, silent);
  end loop;
  return to_jsonb(results);
end
$kitdb$
"""

# Row by row: with triggers where they let the row through as it is, without them where they do not. A row whose key is
# there already (a sign-up trigger made it) takes over the values instead.
_FILL = """
create function pg_temp.kitdb_fill(insertions jsonb) returns jsonb language plpgsql as $kitdb$
declare
  item record;
  state text;
  message text;
  constraint_name text;
  column_name text;
  same boolean;
  results jsonb[] := '{}';
begin
  for item in
    select * from jsonb_to_recordset(insertions) as t(statement text, check_same text, takeover text)
  loop
    state := null;
    begin
      execute item.statement;
      set constraints all immediate;
      execute item.check_same into same;
      if same is distinct from true then
        raise sqlstate 'KD002';
      end if;
    exception when query_canceled or others then
      get stacked diagnostics state = returned_sqlstate, message = message_text,
        constraint_name = constraint_name, column_name = column_name;
    end;
    if state = '23505' and item.takeover is not null then
      begin
        perform set_config('session_replication_role', 'replica', true);
        execute item.takeover into same;
        perform set_config('session_replication_role', 'origin', true);
        if same then state := 'KD003'; end if;
      exception when query_canceled or others then
        get stacked diagnostics message = message_text;
      end;
    elsif state is not null and state !~ '^(23|22)' then
      begin
        perform set_config('session_replication_role', 'replica', true);
        execute item.statement;
        perform set_config('session_replication_role', 'origin', true);
        state := null;
      exception when query_canceled or others then
        get stacked diagnostics state = returned_sqlstate, message = message_text,
          constraint_name = constraint_name, column_name = column_name;
      end;
    end if;
    results := results || jsonb_build_object('state', state, 'message', message, 'constraint', constraint_name,
      'column', column_name);
  end loop;
  return to_jsonb(results);
end
$kitdb$
"""

# Which of the given texts are values of the type that pass the checks of the column.
_USABLE = """
create function pg_temp.kitdb_usable(columns jsonb) returns jsonb language plpgsql as $kitdb$
declare
  item record;
  candidate text;
  good boolean;
  kept text[];
  results jsonb[] := '{}';
begin
  for item in select * from jsonb_to_recordset(columns) as t(query text, candidates text[]) loop
    kept := '{}';
    foreach candidate in array item.candidates loop
      begin
        execute item.query into good using candidate;
      exception when others then
        good := false;
      end;
      if good then kept := kept || candidate; end if;
    end loop;
    results := results || to_jsonb(kept);
  end loop;
  return to_jsonb(results);
end
$kitdb$
"""

DONE = "KD000"
SEARCH_PATH = '"public", "extensions"'
_HEADERS = '{"user-agent": "kitdb", "x-forwarded-for": "192.0.2.1"}'

Outcome = Literal["allowed", "no rows", "refused", "broken", "undecided"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A statement to try, as `caller` or (None) as the superuser that passes by all policies.

    `prepare` runs before it and `inspect` after it, both as superuser; `answers` says that its one value is wanted;
    `control` repeats it as superuser, with the caller's claims, when it has no effect.
    """

    statement: str
    caller: Caller | None
    inspect: str | None = None
    prepare: str | None = None
    read_only: bool = False
    answers: bool = False
    control: bool = False
    quiet: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "caller_role": self.caller.role if self.caller else None,
            "claims": self.caller.claims_json() if self.caller else None,
            "statement": self.statement,
            "inspect": self.inspect,
            "prepare": self.prepare,
            "read_only": self.read_only,
            "answers": self.answers,
            "control": self.control,
            "quiet": self.quiet,
        }


@dataclass(frozen=True, slots=True)
class Observation:
    """How one statement ended: `state` is DONE or an SQLSTATE, `seen` what the inspection found."""

    state: str
    message: str
    touched: int
    answer: str | None = None
    seen: str | None = None
    constraint: str = ""
    context: str = ""

    @property
    def done(self) -> bool:
        return self.state == DONE

    @property
    def effective(self) -> bool:
        return self.done and self.touched > 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller met; `control` is the same statement as superuser, `silent` that with triggers off."""

    found: Observation
    control: Observation | None = None
    silent: Observation | None = None

    @property
    def outcome(self) -> Outcome:
        """What happened, in the words of the matrix; a constraint or a trigger that fires decides nothing."""
        found = self.found
        if found.done:
            return "allowed" if found.touched else "no rows"
        if found.state == "42501":
            return "refused"
        if found.state.startswith("23"):
            return "undecided"
        if self.control is not None and not self.control.effective:
            return "undecided"
        # raise exception in a trigger or function, which did not raise for the superuser: a refusal in its own words
        return "refused" if found.state.startswith("P0") else "broken"

    @property
    def stopped(self) -> bool:
        """Whether a trigger refuses this to everybody: it raises for the superuser, and nothing else is in the way."""
        return bool(self.control and not self.control.done and self.silent and self.silent.effective)


@contextmanager
def session(connection: Connection) -> Iterator[Connection]:
    """A transaction that is rolled back at the end, set up as PostgREST sets up a request, with our functions in it."""
    with connection.transaction(force_rollback=True):
        connection.execute(
            """
            select set_config('search_path', %s, true), set_config('request.headers', %s, true),
                   set_config('request.method', 'POST', true), set_config('request.path', '/', true),
                   set_config('request.cookies', '{}', true), set_config('storage.allow_delete_query', 'true', true),
                   set_config('statement_timeout', '60s', true), set_config('client_min_messages', 'error', true),
                   set_config('check_function_bodies', 'off', true), set_config('jit', 'off', true),
                   set_config('TimeZone', 'UTC', true)
            """,
            (SEARCH_PATH, _HEADERS),
        )
        connection.execute("create temporary table kitdb_mark ()")
        for function in (_ATTEMPT, _RUN, _FILL, _USABLE):
            connection.execute(function)
        yield connection


def mark(connection: Connection) -> int:
    """A transaction number: whatever is written from now on has a greater one in `xmin`."""
    # a subtransaction of its own, since the snapshot's numbers say nothing about those that are ours and not over
    with connection.transaction():
        query = "insert into pg_temp.kitdb_mark default values returning xmin::text::bigint"
        row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101  # an INSERT ... RETURNING of one row
    return int(row[0])


def run(connection: Connection, attempts: Sequence[Attempt]) -> list[Answer]:
    """The answers to the attempts, in their order; nothing of what they did stays."""
    if not attempts:
        return []
    found = _call(connection, "kitdb_run", [attempt.as_json() for attempt in attempts])
    return [Answer(*(_observation(part) if part else None for part in parts)) for parts in found]  # type: ignore[arg-type]  # the first is always there


def _observation(found: Mapping[str, Any]) -> Observation:
    return Observation(
        found["state"],
        found["message"] or "",
        found["touched"] or 0,
        found["answer"],
        found["seen"],
        found["constraint"] or "",
        found["context"] or "",
    )


def fill(connection: Connection, insertions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each insertion's SQLSTATE, message, constraint and column; rows that could be inserted stay."""
    return _call(connection, "kitdb_fill", insertions) if insertions else []


def usable(connection: Connection, columns: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Of each column's candidates, those that its query says yes to."""
    return _call(connection, "kitdb_usable", columns) if columns else []


def _call(connection: Connection, function: str, argument: Any) -> list[Any]:
    query = sql.SQL("select pg_temp.{}(%s)").format(sql.Identifier(function))
    row = connection.execute(query, (Jsonb(argument),)).fetchone()
    assert row is not None  # noqa: S101  # a function call gives one row
    found: list[Any] = row[0]
    return found


def transcript(caller: Caller | None, statement: str, setup: Iterable[str] = ()) -> str:
    """SQL to paste into psql that shows what the caller meets."""
    lines = ["begin;", *setup]
    if caller is not None:
        claims = sql.Literal(json.dumps(json.loads(caller.claims_json()))).as_string()
        lines += [
            sql.SQL("set local role {};").format(sql.Identifier(caller.role)).as_string(),
            sql.SQL("select set_config('request.jwt.claims', {}, true);").format(sql.SQL(claims)).as_string(),
        ]
    return "\n".join((*lines, f"{statement.rstrip().rstrip(';')};", "rollback;"))
