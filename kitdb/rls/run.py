"""Statements run as a request would run them, on the server, each undone: what was done, refused, or broken."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from kitdb.database import Caller, Connection
from kitdb.errors import KitdbError
from kitdb.rls.statements import Statement

# One function call tries many statements: each in a subtransaction that ends in an exception of our own, which takes
# back rows, role and settings together. The role comes from a session of `authenticator`, as behind the API; only a
# connection that logged in as superuser may change its session user and come back to look at what was done. Without
# (`_suited`), the role alone is changed.
_ATTEMPT = """
create function pg_temp.kitdb_attempt(
  caller_role text, claims text, read_only boolean, quiet boolean, prepare text, prepare_values text[],
  touch text, answer_by text, statement_values text[], inspect text, inspect_values text[]
) returns jsonb language plpgsql as $kitdb$
declare
  superuser constant text := session_user;
  state text;
  message text;
  constraint_name text;
  column_name text;
  context text;
  answer text;
  touched bigint;
  seen text;
  done boolean := false;
begin
  begin
    perform set_config('request.jwt.claims', coalesce(claims, ''), true);
    if prepare is not null then
      perform set_config('session_replication_role', 'replica', true);
      execute prepare using prepare_values;
      perform set_config('session_replication_role', 'origin', true);
    end if;
    if quiet then
      perform set_config('session_replication_role', 'replica', true);
    end if;
    if caller_role is not null then
      perform set_config('session_authorization', 'authenticator', true);
      perform set_config('role', caller_role, true);
    end if;
    if read_only then
      perform set_config('transaction_read_only', 'on', true);
    end if;
    if touch is not null then
      execute touch;
      get diagnostics touched = row_count;
      answer := touched;
    else
      execute answer_by into answer using statement_values;
    end if;
    set constraints all immediate;
    perform set_config('session_authorization', superuser, true);
    done := true;
    if inspect is not null and answer <> '0' then
      execute inspect into seen using inspect_values;
    end if;
    raise sqlstate 'KD000';
  exception when query_canceled or others then
    get stacked diagnostics state = returned_sqlstate, message = message_text,
      constraint_name = constraint_name, column_name = column_name, context = pg_exception_context;
  end;
  if done and state <> 'KD000' then
    -- the inspection is ours and evaluates the specification: its failure is no answer of the database's
    raise exception using errcode = 'KD001', message = message, detail = inspect;
  end if;
  return jsonb_build_object('state', state, 'message', message, 'constraint', constraint_name, 'column', column_name,
    'context', context, 'answer', answer, 'seen', seen);
end
$kitdb$
"""

_RUN = """
create function pg_temp.kitdb_run(attempts jsonb) returns jsonb language plpgsql as $kitdb$
declare
  attempt record;
  results jsonb[] := '{}';
begin
  for attempt in
    select * from jsonb_to_recordset(attempts) as t(
      caller_role text, claims text, read_only boolean, quiet boolean, prepare text, prepare_values text[],
      touch text, answer_by text, statement_values text[], inspect text, inspect_values text[])
  loop
    results := results || pg_temp.kitdb_attempt(attempt.caller_role, attempt.claims, attempt.read_only, attempt.quiet,
      attempt.prepare, attempt.prepare_values, attempt.touch, attempt.answer_by, attempt.statement_values,
      attempt.inspect, attempt.inspect_values);
  end loop;
  return to_jsonb(results);
end
$kitdb$
"""

# What is to run before several attempts is run once for all: each switch of triggers makes the server forget its plans.
_RUN_AFTER = """
create function pg_temp.kitdb_run_after(before jsonb) returns jsonb language plpgsql as $kitdb$
declare
  item record;
  results jsonb;
begin
  begin
    perform set_config('session_replication_role', 'replica', true);
    for item in select * from jsonb_to_recordset(before -> 'prepare') as t(statement text, given text[]) loop
      execute item.statement using item.given;
    end loop;
    perform set_config('session_replication_role', 'origin', true);
    results := pg_temp.kitdb_run(before -> 'attempts');
    raise sqlstate 'KD000';
  exception
    when sqlstate 'KD000' then
      return results;
    when sqlstate 'KD001' then
      raise;
    when others then
      return null;  -- what is to run before fails: it may fail for one alone
  end;
end
$kitdb$
"""

# A statement that comes often is run by a function of its own shape, so that the server plans it once: with policies
# that look into other tables the plan takes ten times as long as the probe. Functions are replaced rather than added:
# each keeps a lock to the end of the transaction, and its plans to the end of the session, where every change of a
# function looks through all of them.
_SHAPES = """
create function pg_temp.kitdb_shapes(shapes jsonb) returns jsonb language plpgsql as $kitdb$
declare
  shape record;
begin
  perform set_config('session_replication_role', 'replica', true);  -- no event triggers
  for shape in select * from jsonb_to_recordset(shapes) as t(name text, body text, is_new boolean) loop
    execute format('create or replace function pg_temp.%I(text[]) returns text language plpgsql as %L',
      shape.name, shape.body);
    if shape.is_new then
      execute format('grant execute on function pg_temp.%I(text[]) to public', shape.name);
    end if;
  end loop;
  perform set_config('session_replication_role', 'origin', true);
  return '[]';
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

# The plans of statements as one caller would have them; null where the statement would be refused.
_PLANS = """
create function pg_temp.kitdb_plans(statements jsonb) returns jsonb language plpgsql as $kitdb$
declare
  item record;
  plan json;
  results jsonb[] := '{}';
begin
  for item in select * from jsonb_to_recordset(statements) as t(caller_role text, claims text, statement text) loop
    plan := null;
    begin
      perform set_config('enable_seqscan', 'off', true);
      perform set_config('request.jwt.claims', item.claims, true);
      perform set_config('role', item.caller_role, true);
      execute 'explain (format json, costs off) ' || item.statement into plan;
      raise sqlstate 'KD000';
    exception when query_canceled or others then
      null;
    end;
    results := results || coalesce(plan::jsonb, 'null');
  end loop;
  return to_jsonb(results);
end
$kitdb$
"""

# All rows of a table, whoever asks, so that a condition is asked about each of them as its caller: what stands in a
# subquery is seen through the policies there, as where a policy asks.
_ROWS = """
create function pg_temp.kitdb_rows(anyelement) returns setof anyelement language plpgsql security definer as $kitdb$
begin
  return query execute format('select * from %s', pg_typeof($1));
end
$kitdb$;
grant execute on function pg_temp.kitdb_rows(anyelement) to public
"""

# What conditions give for all rows, each combination once; null where they fail.
_TRUTHS = """
create function pg_temp.kitdb_truths(asked jsonb) returns jsonb language plpgsql as $kitdb$
declare
  item record;
  found jsonb;
  results jsonb[] := '{}';
begin
  for item in select * from jsonb_to_recordset(asked) as t(caller_role text, claims text, query text) loop
    found := null;
    begin
      perform set_config('request.jwt.claims', item.claims, true);
      perform set_config('role', coalesce(item.caller_role, 'none'), true);
      execute format('select jsonb_agg(kitdb_found.*) from (%s) as kitdb_found(it)', item.query) into found;
      found := coalesce(found, '[]');
      raise sqlstate 'KD000';
    exception when query_canceled or others then
      null;
    end;
    results := results || coalesce(found, 'null');
  end loop;
  return to_jsonb(results);
end
$kitdb$
"""

DONE = "KD000"
FOREIGN_KEY = ("23001", "23503")
_AT_ONCE = 250
_OFTEN = 4  # from so many uses on, a function of its own is cheaper than planning each time
TAKEN_OVER = "KD003"
SEARCH_PATH = '"public", "extensions"'
_HEADERS = '{"user-agent": "kitdb", "x-forwarded-for": "192.0.2.1"}'

INSPECTION_FAILED = "KD001"


class Stopped(KitdbError):
    """The results are not wanted any more."""


class BrokenPredicate(KitdbError):
    """A row class gives an error for a row that a probe has written."""

    hint = "Make its predicate hold for any row, for example with a cast that cannot fail."


Outcome = Literal["allowed", "no rows", "refused", "broken", "undecided"]
Key = tuple[str, tuple[str | None, ...], str, bool]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A statement to try, as `caller`, or with its claims `as_superuser`, who passes by all policies.

    `prepare` runs before it, with triggers off, and `inspect` after it, both as superuser; with `shared`, what others
    prepare may be done too. `answers` says that its one
    value is wanted; without, and with `returns`, the number of rows. `quiet` turns triggers and foreign keys off.
    `once` is for what is to get no function of its own.
    """

    statement: Statement
    caller: Caller | None
    inspect: Statement | None = None
    prepare: Statement | None = None
    shared: bool = False
    read_only: bool = False
    answers: bool = False
    returns: bool = False
    quiet: bool = False
    as_superuser: bool = False
    once: bool = False

    @property
    def role(self) -> str:
        return self.caller.role if self.caller and not self.as_superuser else ""

    @property
    def kind(self) -> Literal["", "answers", "returns"]:
        return "answers" if self.answers else "returns" if self.returns else ""

    @property
    def key(self) -> Key:
        """What tells one control from another: the statement, and the claims that defaults and triggers may read."""
        claims = self.caller.claims_json() if self.caller else ""
        return (self.statement.shape, self.statement.values, claims, self.quiet)


@dataclass(frozen=True, slots=True)
class Observation:
    """How one statement ended: `state` is DONE or an SQLSTATE, `seen` what the inspection found."""

    state: str
    message: str
    answer: str | None = None
    seen: str | None = None
    constraint: str = ""
    column: str = ""
    context: str = ""

    @property
    def done(self) -> bool:
        return self.state == DONE

    @property
    def effective(self) -> bool:
        return self.done and self.answer != "0"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller met; `control` is the same statement as superuser, `silent` that with triggers off.

    `let_through` is the caller's own statement with foreign keys off, where one of them was in its way.
    """

    found: Observation
    control: Observation | None = None
    silent: Observation | None = None
    let_through: Observation | None = None

    @property
    def outcome(self) -> Outcome:
        """What happened, in the words of the matrix; a constraint or a trigger that fires decides nothing."""
        found = self.found
        if found.done:
            return "allowed" if found.effective else "no rows"
        if found.state == "42501":
            return "refused"
        if self.let_through is not None and self.let_through.done:
            return "allowed" if self.let_through.effective else "no rows"
        if found.state.startswith("23"):
            return "undecided"
        if self.control is not None and not self.control.effective:
            return "undecided"
        # raise exception in a trigger or function, which did not raise for the superuser: a refusal in its own words
        return "refused" if found.state.startswith("P0") else "broken"

    @property
    def stopped(self) -> bool:
        """Whether a trigger refuses this to everybody: it raises for the superuser, and nothing else is in the way."""
        if self.control is None or self.control.done:
            return False
        return self.control.state == "42501" or bool(self.silent and self.silent.effective)


@contextmanager
def _of_ours() -> Iterator[None]:
    """An error of an inspection is one of the specification's."""
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate != INSPECTION_FAILED:
            raise
        raise BrokenPredicate(f"a row class cannot be evaluated: {error.diag.message_primary}") from error


class CannotStandIn(KitdbError):
    """The connection cannot stand in for PostgREST's session and look behind the policies."""

    hint = "Check a sandbox, or log in as superuser or as the postgres role of a hosted project."


_CLIENTS = ("anon", "authenticated", "service_role")
_TO_OTHER_USER = "perform set_config('session_authorization', 'authenticator', true);"
_BACK = "perform set_config('session_authorization', superuser, true);"
_SWITCH = re.compile(r"(?:perform set_config\('session_replication_role', '\w+', true\)|set local session_\w+ = \w+);")


@dataclass(frozen=True, slots=True)
class Power:
    """What the session may do: change its user, as a superuser may, and switch triggers off."""

    superuser: bool
    triggers: bool


def power(connection: Connection) -> Power:
    """What the role that logged in may do; raises `CannotStandIn` where that is too little to try anything."""
    query = """
        select rolsuper, rolbypassrls, to_regrole('authenticator') is not null, session_user::text
        from pg_catalog.pg_roles where rolname = session_user
    """
    superuser, bypass, authenticator, user = connection.execute(query).fetchone() or (False, False, False, "")
    if not authenticator:
        raise CannotStandIn("the database has no role authenticator, as which the API logs in")
    if superuser:
        return Power(superuser=True, triggers=True)
    if not bypass:
        raise CannotStandIn(f"{user} is neither superuser nor has BYPASSRLS: it cannot look behind the policies")
    check_may_become(connection, _CLIENTS)
    return Power(superuser=False, triggers=_may_switch(connection))


def check_may_become(connection: Connection, roles: Iterable[str]) -> None:
    """That the role that logged in may SET ROLE to each of these: else nothing is tried as them."""
    privilege = "SET" if connection.info.server_version >= 160000 else "MEMBER"  # as Postgres counts
    query = """
        select session_user::text, name from unnest(%s::text[]) as name
        where to_regrole(quote_ident(name)) is not null and not pg_has_role(session_user, name::name, %s)
    """
    for user, role in connection.execute(query, (list(roles), privilege)):
        raise CannotStandIn(f"{user} may not SET ROLE to {role}", hint=f'Grant it: grant {role} to "{user}".')


def _may_switch(connection: Connection) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("set local session_replication_role = replica")
    except psycopg.Error:
        return False
    return True


def limits(connection: Connection) -> list[tuple[str, str]]:
    """What cannot be looked at in this session, and why."""
    found, may = [], power(connection)
    if not may.superuser:
        found.append(("session_user", "requests are made by SET ROLE alone, not in a session of authenticator"))
    if not may.triggers:
        found.append(("triggers", "this role cannot switch them off: what a trigger or a foreign key stops stays open"))
    return found


def _suited(text: str, may: Power) -> str:
    """The text with nothing in it that the session may not do."""
    if not may.superuser:
        text = text.replace(_TO_OTHER_USER, "").replace(_BACK, "perform set_config('role', 'none', true);")
    return text if may.triggers else _SWITCH.sub("null;", text)


@contextmanager
def session(connection: Connection, *, keep: bool = False) -> Iterator[Connection]:
    """A transaction that is rolled back at the end, set up as PostgREST sets up a request, with our functions in it.

    With `keep`, it is committed: for a database that is there for the rows alone.
    """
    with connection.transaction(force_rollback=not keep):
        may = power(connection)
        settings(connection)
        # An event trigger of the project's own would meet what we make.
        if may.triggers:
            connection.execute("set local session_replication_role = replica")
        connection.execute("create temporary table kitdb_mark ()")
        connection.execute(_RESTART)
        for function in (_ATTEMPT, _RUN, _RUN_AFTER, _SHAPES, _FILL, _USABLE, _PLANS, _ROWS, _TRUTHS):
            connection.execute(_suited(function, may))
        if may.triggers:
            connection.execute("set local session_replication_role = origin")
        yield connection


def settings(connection: Connection) -> None:
    """Set the transaction up as PostgREST sets up a request."""
    connection.execute(
        """
        select set_config('search_path', %s, true), set_config('request.headers', %s, true),
               set_config('plan_cache_mode', 'force_generic_plan', true),
               set_config('request.method', 'POST', true), set_config('request.path', '/', true),
               set_config('request.cookies', '{}', true), set_config('storage.allow_delete_query', 'true', true),
               set_config('statement_timeout', '60s', true), set_config('client_min_messages', 'error', true),
               set_config('check_function_bodies', 'off', true), set_config('jit', 'off', true),
               set_config('TimeZone', 'UTC', true)
        """,
        (SEARCH_PATH, _HEADERS),
    )


# ALTER SEQUENCE is undone with the transaction, setval and nextval alone are not: so the numbers that a run draws are
# the same in the next run, and the database's own go on where they were.
_RESTART = """
do $kitdb$
declare
  found record;
begin
  for found in
    select format('%I.%I', schemaname, sequencename) as name, coalesce(last_value + increment_by, start_value) as next
    from pg_catalog.pg_sequences
    where coalesce(last_value + increment_by, start_value) between min_value and max_value
      and pg_catalog.pg_has_role(sequenceowner, 'USAGE')
  loop
    execute format('alter sequence %s restart with %s', found.name, found.next);
  end loop;
end
$kitdb$
"""


def mark(connection: Connection) -> int:
    """A transaction number: whatever is written from now on has a greater one in `xmin`."""
    # a subtransaction of its own, since the snapshot's numbers say nothing about those that are ours and not over
    with connection.transaction():
        query = "insert into pg_temp.kitdb_mark default values returning xmin::text::bigint"
        row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101  # an INSERT ... RETURNING of one row
    return int(row[0])


def stamps(connection: Connection) -> frozenset[str]:
    """The time of this transaction, as columns of the different types show it when a trigger has put it there."""
    query = "select now()::text, now()::timestamp::text, now()::date::text, clock_timestamp()::date::text"
    return frozenset(connection.execute(query).fetchone() or ())


@dataclass(frozen=True, slots=True)
class Shape:
    """What statements that differ in their values only have in common.

    The role belongs to it: a plan made for one role's policies is thrown away when another runs it.
    """

    role: str
    kind: Literal["", "answers", "returns"]
    text: str


@dataclass(slots=True)
class Runner:
    """Runs attempts on one session, and remembers which shapes of statement the server knows already."""

    connection: Connection
    shapes: dict[Shape, str] = field(default_factory=dict)
    places: int = 0  # functions that are there
    stopped: bool = False

    def stop(self) -> None:
        """Let nothing more be tried; to be called from another thread."""
        self.stopped = True
        self.connection.cancel_safe(timeout=1)

    def run(self, attempts: Sequence[Attempt]) -> list[Observation]:
        """How each attempt ended, in their order; nothing of what they did stays."""
        if not attempts:
            return []
        shared = [n for n, attempt in enumerate(attempts) if attempt.prepare and attempt.shared]
        if len(shared) > 1:
            return self._after(attempts, shared)
        with _of_ours():
            return [
                _observation(part)
                for few in self._chunks(self._written(attempts))
                for part in _call(self.connection, "kitdb_run", few)
            ]

    def _after(self, attempts: Sequence[Attempt], shared: Sequence[int]) -> list[Observation]:
        """Those that share what they prepare in one go, the others by themselves."""
        every = self._written([replace(attempts[n], prepare=None) for n in shared])
        prepared = (prepare for n in shared if (prepare := attempts[n].prepare))
        before = {(p.shape, p.values): {"statement": p.shape, "given": p.values} for p in prepared}
        found: list[Observation] = []
        with _of_ours():
            for few in self._chunks(every):
                asked = {"prepare": list(before.values()), "attempts": few}
                told = _call(self.connection, "kitdb_run_after", asked)
                if told is None:
                    return self.run([replace(attempt, shared=False) for attempt in attempts])
                found += map(_observation, told)
        done = dict(zip(shared, found, strict=True))
        rest = iter(self.run([attempt for n, attempt in enumerate(attempts) if n not in done]))
        return [done[n] if n in done else next(rest) for n in range(len(attempts))]

    def _written(self, attempts: Sequence[Attempt]) -> list[dict[str, Any]]:
        """The attempts as the server takes them, with functions for the shapes that come often."""
        known = [(attempt, list(_pieces(attempt))) for attempt in attempts]
        self._plan(shape for attempt, pieces in known if not attempt.once for _, _, shape in pieces)
        return [self._attempt(attempt, pieces) for attempt, pieces in known]

    def forget(self) -> None:
        """Let the next shapes take the places of those known so far."""
        self.shapes.clear()

    def answers(
        self,
        attempts: Sequence[Attempt],
        controls: Mapping[int, Attempt],
        known: dict[Key, Observation],
        written: Collection[int] = (),
        met: Mapping[int, Observation] | None = None,
    ) -> list[Answer]:
        """The answers to the attempts; for those that had no effect, their `controls` are tried, by position.

        What is `known` of controls is not tried again; what is new is added. Of the updates and deletes of a row
        that is `written`, those that a foreign key of other rows stopped are tried without it: policies have had their
        say before. What is `met` already is not tried.
        """
        found = self._with(attempts, met or {})
        idle = {n: controls[n] for n, seen in enumerate(found) if not seen.effective and n in controls}
        self.learn(idle.values(), known)
        loud = {n: replace(control, quiet=True) for n, control in idle.items() if _is_loud(known[control.key])}
        self.learn(loud.values(), known)
        kept = [n for n in written if is_kept(found[n])]
        through = dict(zip(kept, self.run([replace(attempts[n], quiet=True) for n in kept]), strict=True))
        return [
            Answer(
                seen,
                known[idle[n].key] if n in idle else None,
                known[loud[n].key] if n in loud else None,
                through.get(n),
            )
            for n, seen in enumerate(found)
        ]

    def _with(self, attempts: Sequence[Attempt], met: Mapping[int, Observation]) -> list[Observation]:
        """How each ended, those tried that are not `met`."""
        new = iter(self.run([attempt for n, attempt in enumerate(attempts) if n not in met]))
        return [met[n] if n in met else next(new) for n in range(len(attempts))]

    def learn(self, attempts: Iterable[Attempt], known: dict[Key, Observation]) -> None:
        """Add what is not known yet, each different statement once."""
        new = {attempt.key: attempt for attempt in attempts if attempt.key not in known}
        known.update(zip(new, self.run(list(new.values())), strict=True))

    def _plan(self, shapes: Iterable[Shape]) -> None:
        """Make functions of the shapes that come often enough to be worth one."""
        new = [shape for shape, uses in Counter(shapes).items() if uses >= _OFTEN and shape not in self.shapes]
        self.shapes |= {shape: f"kitdb_{len(self.shapes) + number}" for number, shape in enumerate(new)}
        if new:
            first = len(self.shapes) - len(new)
            bodies = [
                {"name": self.shapes[shape], "body": _body(shape), "is_new": place >= self.places}
                for place, shape in enumerate(new, first)
            ]
            _call(self.connection, "kitdb_shapes", bodies)
            self.places = max(self.places, len(self.shapes))

    def _chunks(self, found: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        """A few hundred at a time: a time limit is for a policy that never ends, not for a long list."""
        for start in range(0, len(found), _AT_ONCE):
            if self.stopped:
                raise Stopped("nothing more is tried")
            yield found[start : start + _AT_ONCE]

    def _attempt(self, attempt: Attempt, pieces: Iterable[tuple[str, Statement, Shape]]) -> dict[str, Any]:
        found: dict[str, Any] = {
            "caller_role": attempt.role or None,
            "claims": attempt.caller.claims_json() if attempt.caller else None,
            "read_only": attempt.read_only,
            "quiet": attempt.quiet,
        }
        for name, statement, shape in pieces:
            values: tuple[str | None, ...] = ()
            if shape in self.shapes:
                text, values = f"select pg_temp.{self.shapes[shape]}($1)", statement.values
            else:
                text = _written(statement, shape)
            found[f"{name}_values"] = values
            if name != "statement":
                found[name] = text
            elif shape in self.shapes or shape.kind:
                found["answer_by"] = text
            else:
                found["touch"] = text
        return found


def _written(statement: Statement, shape: Shape) -> str:
    match shape.kind:
        case "answers":
            return f"select ({statement.text})"
        case "returns":
            # written by us
            return f"with kitdb_written as ({statement.text}) select count(*) from kitdb_written"  # noqa: S608
        case _:
            return statement.text


def _pieces(attempt: Attempt) -> Iterator[tuple[str, Statement, Shape]]:
    """The statements of an attempt, and what each has in common with others."""
    yield "statement", attempt.statement, Shape(attempt.role, attempt.kind, attempt.statement.shape)
    if attempt.prepare:
        yield "prepare", attempt.prepare, Shape("", "", attempt.prepare.shape)
    if attempt.inspect:
        yield "inspect", attempt.inspect, Shape("", "answers", attempt.inspect.shape)


_COUNTED = """#variable_conflict use_column
declare kitdb_touched bigint;
begin
  SHAPE;
  get diagnostics kitdb_touched = row_count;
  return kitdb_touched;
end"""
_RETURNED = """#variable_conflict use_column
declare kitdb_touched bigint;
begin
  with kitdb_written as (SHAPE) select count(*) into kitdb_touched from kitdb_written;
  return kitdb_touched;
end"""
_ANSWERED = """#variable_conflict use_column
begin
  return (SHAPE);
end"""


def _body(shape: Shape) -> str:
    template = {"answers": _ANSWERED, "returns": _RETURNED}.get(shape.kind, _COUNTED)
    return template.replace("SHAPE", shape.text)


def is_kept(seen: Observation) -> bool:
    """Whether rows that refer to the one written kept it as it was."""
    return seen.state in FOREIGN_KEY and not seen.message.startswith("insert or update on table")


def _is_loud(control: Observation) -> bool:
    """Whether something raised that is no constraint: a trigger, which can be kept silent."""
    return not control.done and not control.state.startswith("23")


def _observation(found: Mapping[str, Any]) -> Observation:
    return Observation(
        found["state"],
        found["message"] or "",
        found["answer"],
        found["seen"],
        found["constraint"] or "",
        found["column"] or "",
        found["context"] or "",
    )


def fill(connection: Connection, insertions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each insertion's SQLSTATE, message, constraint and column; rows that could be inserted stay."""
    return _call(connection, "kitdb_fill", insertions) if insertions else []


def usable(connection: Connection, columns: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Of each column's candidates, those that its query says yes to."""
    return _call(connection, "kitdb_usable", columns) if columns else []


def plans(connection: Connection, statements: Sequence[tuple[Caller, str]]) -> list[Any]:
    """What EXPLAIN says of each statement as its caller, without sequential scans; None where it would be refused."""
    asked = [{"caller_role": c.role, "claims": c.claims_json(), "statement": text} for c, text in statements]
    return _call(connection, "kitdb_plans", asked) if asked else []


def truths(connection: Connection, asked: Sequence[tuple[Caller, bool, str]]) -> list[list[list[bool | None]] | None]:
    """The rows of each query of one array, with its caller's claims and, where so said, role; None for an error.

    `pg_temp.kitdb_rows(null::TABLE)` in a query gives all rows of a table.
    """
    given = [
        {"caller_role": c.role if as_role else None, "claims": c.claims_json(), "query": q} for c, as_role, q in asked
    ]
    found = _call(connection, "kitdb_truths", given) if given else []
    return [None if rows is None else [row["it"] for row in rows] for rows in found]


def _call(connection: Connection, function: str, argument: Any) -> Any:
    query = sql.SQL("select pg_temp.{}(%s)").format(sql.Identifier(function))
    row = connection.execute(query, (Jsonb(argument),)).fetchone()
    assert row is not None  # noqa: S101  # a function call gives one row
    return row[0]


def transcript(caller: Caller | None, text: str, setup: Iterable[str] = ()) -> str:
    """SQL to paste into psql that shows what the caller meets."""
    lines = ["begin;", *setup]
    if caller is not None:
        claims = sql.Literal(json.dumps(json.loads(caller.claims_json()))).as_string()
        lines += [
            sql.SQL("set local role {};").format(sql.Identifier(caller.role)).as_string(),
            sql.SQL("select set_config('request.jwt.claims', {}, true);").format(sql.SQL(claims)).as_string(),
        ]
    return "\n".join((*lines, f"{text.rstrip().rstrip(';')};", "rollback;"))
