"""How fast is lint beside squawk, and how often is it right?

    python benchmarks/lint.py speed      CPU seconds on a generated folder, run in turns with squawk
    python benchmarks/lint.py accuracy   static and traced findings against what statements do to tables with rows;
                                         followed by names of sets (known, blind, first, …), of those

squawk is installed into a virtual environment of its own, in a temporary folder.
"""

from __future__ import annotations

import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from kitdb.database import Connection
from kitdb.lint.run import Options, judge
from kitdb.lint.script import File, read_text
from kitdb.lint.tracing import traced
from kitdb.sandbox import Sandbox, open_sandbox

FILES, BYTES, ROUNDS = 280, 2_200_000, 9


def main() -> None:
    match sys.argv[1:]:
        case ["speed"]:
            speed()
        case ["accuracy", *only]:
            accuracy(only)
        case _:
            speed()
            accuracy()


# Speed


def speed() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        folder = generate(root / "migrations")
        squawk = install_squawk(root / "squawk")
        files = sorted(folder.glob("*.sql"))
        size = sum(file.stat().st_size for file in files)
        print(f"{len(files)} files, {size / 1e6:.1f} MB, {ROUNDS} rounds, CPU seconds of the process and its children")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # from its bytecode, as it runs once installed
        os.environ["PYTHONPYCACHEPREFIX"] = str(root / "bytecode")
        kitdb = [sys.executable, "-m", "kitdb", "lint", "--format", "json", "--fail-on", "never", str(folder)]
        rounds = []
        for number in range(ROUNDS + 1):
            pair = cpu([squawk, *map(str, files)]), cpu(kitdb)
            if number:  # the first warms the disk's cache
                rounds.append(pair)
        for (theirs, ours), label in zip(rounds, range(1, ROUNDS + 1), strict=True):
            print(f"  round {label}: squawk {theirs:.2f}, kitdb {ours:.2f}, ratio {ours / theirs:.2f}")
        print(f"median ratio {statistics.median(ours / theirs for theirs, ours in rounds):.2f} (wanted: at most 3)")


def install_squawk(folder: Path) -> str:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "squawk-cli"], check=True)
    return str(folder / "bin" / "squawk")


def cpu(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd="/")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def generate(folder: Path) -> Path:
    """Migrations as projects have them: tables, policies, functions, changes, rows."""
    folder.mkdir(parents=True)
    chance = random.Random(7)
    written = 0
    for number in range(FILES):
        wanted = BYTES * (number + 1) // FILES - written
        text = "".join(pieces(chance, number, wanted))
        (folder / f"{20240101000000 + number}_change.sql").write_text(text)
        written += len(text)
    return folder


def pieces(chance: random.Random, number: int, size: int) -> Iterator[str]:
    made = 0
    while made < size:
        table = f"t{number}_{made}"
        text = chance.choice((_table, _function, _change, _rows))(table, f"t{max(number - 1, 0)}_0")
        made += len(text)
        yield text


def _table(table: str, _: str) -> str:
    return f"""
-- What belongs to an account.
create table public.{table} (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 200),
  amount numeric(12, 2) not null default 0,
  state text not null default 'new' check (state in ('new', 'done')),
  details jsonb not null default '{{}}',
  created_at timestamptz not null default now()
);
create index {table}_owner_id_idx on public.{table} (owner_id);
alter table public.{table} enable row level security;
create policy "{table} read" on public.{table} for select to authenticated
  using (owner_id = (select auth.uid()) or exists (
    select 1 from public.member m where m.account_id = {table}.owner_id and m.user_id = (select auth.uid())));
create policy "{table} write" on public.{table} for update to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
grant select, update on public.{table} to authenticated;
comment on table public.{table} is 'One row for each.';
"""


def _function(table: str, other: str) -> str:
    return f"""
create or replace function public.{table}_touch() returns trigger language plpgsql security definer set search_path = ''
as $$
declare
  n bigint;
begin
  select count(*) into n from public.{other} where owner_id = new.owner_id;
  if n > 100 then
    raise exception 'too many rows for %', new.owner_id using errcode = 'check_violation';
  end if;
  new.created_at := now();
  insert into public.log (what, who) values ('{table}', new.owner_id);
  return new;
end $$;
"""


def _change(table: str, other: str) -> str:
    return f"""
alter table public.{other} add column if not exists {table}_note text;
alter table public.{other} alter column name type varchar(300);
do $$ begin
  if not exists (select from pg_type where typname = '{table}_state') then
    create type public.{table}_state as enum ('new', 'done');
  end if;
end $$;
update public.{other} set {table}_note = '' where {table}_note is null;
drop policy if exists "{other} old" on public.{other};
"""


def _rows(table: str, other: str) -> str:
    rows = ",\n".join(f"  ('{table}', {n}, 'some text with an '' in it', now())" for n in range(40))
    return f"insert into public.{other} (name, amount, state, created_at) values\n{rows};\n"


# Accuracy

BASE = """
create schema x;
create table x.org (id bigint primary key, name text);
create table x.t (
  id bigint primary key, a int, b varchar(20), c text, d numeric(10, 2), e timestamptz, f timestamp, n int not null,
  org_id bigint, ip cidr, bits varbit(8), s char(4), arr int[], j json, u uuid, g int, when_ interval(3), done boolean
);
create index t_b_idx on x.t (b);
create index t_a_idx on x.t (a);
create table x.proved (id bigint primary key, a int, b int, constraint a_given check (a is not null),
  constraint each check (a is not null and b is not null and a > 0));
create unique index proved_b on x.proved (b);
create table x.p (id int not null, v text) partition by range (id);
create table x.p_in_use partition of x.p for values from (0) to (1000000);
create table x.p_loose (id int not null, v text);
create table x.p_checked (id int not null, v text, constraint bounds check (id >= 3000000 and id < 4000000));
create materialized view x.m as select g, count(*) as n from x.t group by g;
create domain x.positive as int check (value > 0);
create domain x.plain as int;
create function x.volatile_one() returns int language plpgsql volatile as 'begin return 1; end';
create function x.stable_one() returns int language plpgsql stable as 'begin return 1; end';
create function x.inlined() returns int language sql as 'select 1';
alter table x.t add constraint loose check (a > -1) not valid;
alter table x.t add constraint loose_fk foreign key (org_id) references x.org not valid;
create type x.stage as enum ('draft', 'open', 'paid');
create domain x.email as text check (value like '%@%');
create table x.customer (
  id uuid primary key default gen_random_uuid(), email text not null unique, name varchar(100), country char(2),
  plan text default 'free', settings jsonb not null default '{}', born date, seen timestamptz, score real,
  tags text[], manager_id uuid, legacy_no int, "Odd Name" text
);
create table x.invoice (
  id bigint generated always as identity primary key, customer_id uuid not null references x.customer,
  stage x.stage not null default 'draft', total numeric(10, 2) not null, due date, paid_at timestamp(0),
  number varchar(20), memo text, ref int, constraint number_given check (number is not null),
  constraint total_sane check (total >= 0 and ref is not null) not valid
);
create index invoice_customer on x.invoice (customer_id);
create unique index invoice_number on x.invoice (number);
create unique index invoice_ref on x.invoice (ref);
create index invoice_due on x.invoice (due) where stage = 'open';
create index customer_lower on x.customer (lower(email));
create table x.event (at timestamptz not null, kind text, payload jsonb) partition by range (at);
create table x.event_2024 partition of x.event for values from ('2024-01-01') to ('2025-01-01');
create table x.event_rest partition of x.event default;
create table x.region (code text not null, name text) partition by list (code);
create table x.region_de (code text not null, name text, constraint only_de check (code = 'DE'));
create table x.region_fr (code text not null, name text);
create table x.parent (id int, v text);
create table x.child () inherits (x.parent);
create unlogged table x.cache (k text primary key, v text);
create view x.open_invoice as select id, total from x.invoice where stage = 'open';
create function x.touch() returns trigger language plpgsql as 'begin return new; end';
create function x.next_no() returns int language sql immutable as 'select 7';
insert into x.customer (email, name, country, born, seen, legacy_no) select i || '@a', 'n', 'DE', now(), now(), i
  from generate_series(1, 300) i;
insert into x.invoice (customer_id, total, number, due, paid_at, ref) select id, 5, 'R' || legacy_no, now(), now(),
  legacy_no from x.customer;
insert into x.event select '2024-02-01', 'a', '{}' from generate_series(1, 200);
insert into x.event select '2030-02-01', 'a', '{}' from generate_series(1, 200);
insert into x.region_de select 'DE', 'n' from generate_series(1, 200);
insert into x.region_fr select 'FR', 'n' from generate_series(1, 200);
insert into x.child select i, 'v' from generate_series(1, 200) i;
insert into x.parent select i, 'v' from generate_series(1, 200) i;
insert into x.cache select i, 'v' from generate_series(1, 200) i;
insert into x.org select i, 'o' from generate_series(1, 50) i;
insert into x.t select i, i, 'b' || i, 'c', 1.5, now(), now(), i, 1, '10.0.0.0/8', B'1010', 'abcd', '{1}', '{}',
  gen_random_uuid(), i, '1 hour', true from generate_series(1, 500) i;
insert into x.proved select i, i, i from generate_series(1, 500) i;
insert into x.p select i, 'v' from generate_series(1, 500) i;
insert into x.p_loose select i, 'v' from generate_series(2000001, 2000500) i;
insert into x.p_checked select i, 'v' from generate_series(3000001, 3000500) i;
refresh materialized view x.m;
analyze;
"""

CASES = """
create index on x.t (org_id)
create unique index on x.t (id, a)
create index on x.t (a) where done
create index if not exists t_a_idx on x.t (a)
create index on x.p (v)
create index on only x.p (v)
create index on x.m (g)
alter table x.t add constraint k check (a > 0)
alter table x.t add check (a > 0), add check (n > 0)
alter table x.t add constraint k check (a > 0) not valid
alter table x.t add column z int check (z > 0)
alter table x.t add column z int default 1 check (z > 0)
alter table x.t add column z int
alter table x.t add column z int default 5
alter table x.t add column z int not null default 5
alter table x.t add column z timestamptz default now()
alter table x.t add column z timestamptz default clock_timestamp()
alter table x.t add column z uuid default gen_random_uuid()
alter table x.t add column z float default random()
alter table x.t add column z int default x.volatile_one()
alter table x.t add column z int default x.stable_one()
alter table x.t add column z int default x.inlined()
alter table x.t add column z text default lower('A')
alter table x.t add column z text default 'a' || 'b'
alter table x.t add column z jsonb default jsonb_build_object('a', 1)
alter table x.t add column z text default current_user
alter table x.t add column z date default current_date
alter table x.t add column z int[] default '{}'
alter table x.t add column z serial
alter table x.t add column z bigserial
alter table x.t add column z bigint generated always as identity
alter table x.t add column z int generated always as (a + 1) stored
alter table x.t add column z x.positive
alter table x.t add column z x.positive default 1
alter table x.t add column z x.plain
alter table x.t add column z int unique
alter table x.t add column z bigint references x.org
alter table x.t add column z bigint default 1 references x.org
alter table x.t add column z int, add column y uuid default gen_random_uuid()
alter table x.t alter a type bigint
alter table x.t alter a type int
alter table x.t alter a type smallint
alter table x.t alter a type text
alter table x.t alter a type numeric
alter table x.t alter b type varchar(40)
alter table x.t alter b type varchar(20)
alter table x.t alter b type varchar(10)
alter table x.t alter b type varchar
alter table x.t alter b type text
alter table x.t alter b type text using b::text
alter table x.t alter b type text using lower(b)
alter table x.t alter b type text collate "C"
alter table x.t alter c type varchar
alter table x.t alter c type varchar(50)
alter table x.t alter c type text
alter table x.t alter c type text using upper(c)
alter table x.t alter d type numeric(12, 2)
alter table x.t alter d type numeric(12, 4)
alter table x.t alter d type numeric
alter table x.t alter d type numeric(8, 2)
alter table x.t alter e type timestamptz(3)
alter table x.t alter e type timestamptz(6)
alter table x.t alter e type timestamp
alter table x.t alter f type timestamptz
alter table x.t alter f type timestamptz using f at time zone 'UTC'
alter table x.t alter f type date
alter table x.t alter when_ type interval
alter table x.t alter when_ type interval(6)
alter table x.t alter when_ type interval(0)
alter table x.t alter ip type inet
alter table x.t alter ip type text
alter table x.t alter bits type varbit(16)
alter table x.t alter bits type varbit
alter table x.t alter bits type varbit(4) using substring(bits for 4)
alter table x.t alter s type char(8)
alter table x.t alter s type text
alter table x.t alter s type varchar(10)
alter table x.t alter arr type bigint[]
alter table x.t alter j type jsonb
alter table x.t alter u type text
alter table x.t alter a type x.plain
alter table x.t alter a type x.positive
alter table x.t alter a set not null
alter table x.t alter n set not null
alter table x.t alter a set not null, alter b set not null
alter table x.proved alter a set not null
alter table x.proved alter b set not null
alter table x.t alter a drop not null
alter table x.t alter a set default 5
alter table x.t alter a drop default
alter table x.t alter a set statistics 100
alter table x.t add primary key (id)
alter table x.proved add constraint u unique using index proved_b
alter table x.t add constraint u unique (g)
alter table x.t add constraint u unique nulls not distinct (g)
alter table x.t add constraint e exclude (g with =)
alter table x.t add constraint fk foreign key (org_id) references x.org
alter table x.t add constraint fk foreign key (org_id) references x.org not valid
alter table x.t add constraint fk foreign key (g) references x.t (id)
alter table x.t validate constraint loose
alter table x.t validate constraint loose_fk
alter table x.t drop constraint loose
alter table x.t drop column c
alter table x.t rename column c to cc
alter table x.t rename to tt
alter table x.t enable row level security
alter table x.t set (fillfactor = 90)
alter table x.t set unlogged
alter table x.t set logged
alter table x.t set schema public
alter table x.t replica identity full
alter table x.t cluster on t_pkey
alter table x.t disable trigger all
alter table x.p attach partition x.p_loose for values from (2000000) to (3000000)
alter table x.p attach partition x.p_checked for values from (3000000) to (4000000)
alter table x.p detach partition x.p_in_use
alter table x.p add column z int default 1
alter table x.p add column z uuid default gen_random_uuid()
alter table x.p add check (id >= 0)
alter table x.p alter v set not null
alter table x.p alter id type bigint
create table x.p_new partition of x.p for values from (5000000) to (6000000)
create table x.fresh (id int primary key, org_id bigint references x.org)
create table x.copy as select * from x.t
create policy p on x.t using (true)
create trigger g before update on x.t for each row execute function suppress_redundant_updates_trigger()
create statistics x.st on a, g from x.t
comment on table x.t is 'x'
grant select on x.t to anon
create view x.v as select * from x.t
cluster x.t using t_pkey
reindex table x.t
reindex index x.t_a_idx
vacuum full x.t
vacuum x.t
analyze x.t
do $$ begin execute 'alter table x.t add column z uuid default gen_random_uuid()'; end $$
do $$ begin execute format('create index on %s (org_id)', 'x.t'); end $$
do $$ begin alter table x.t alter a set not null; end $$
do $$ begin perform 1; end $$
create index concurrently on x.t (org_id)
reindex index concurrently x.t_a_idx
"""

# Written without a look at what lint says of them.
BLIND = """
alter table if exists x.customer add column if not exists phone text
alter table x.customer add column if not exists plan text not null default 'pro'
alter table x.customer add column public_id uuid not null default gen_random_uuid()
alter table x.customer add column created_at timestamptz not null default (now() at time zone 'utc')
alter table x.customer add column expires timestamptz default now() + interval '30 days'
alter table x.customer add column slug text generated always as (lower(email)) stored
alter table x.customer add column contact x.email
alter table x.customer add column stage x.stage default 'open'
alter table x.customer add column no int default x.next_no()
alter table x.customer add column boss uuid references x.customer (id) on delete set null
alter table x.customer add boss uuid constraint self references x.customer (id) not null default gen_random_uuid()
alter table x.customer add column code text unique default null
alter table x.customer add column kind text check (kind in ('a', 'b'))
alter table x.customer add column kind text not null default 'a' check (kind in ('a', 'b'))
alter table x.customer add column a int, drop column legacy_no, alter column name set default ''
alter table x.customer add column seq bigint default nextval('x.invoice_id_seq')
alter table x.customer add column at time default localtime
alter table x.customer add column at text default to_char(now(), 'YYYY')
alter table x.customer add column rnd text default md5(random()::text)
alter table x.customer add column doc jsonb default '{"a": 1}'::jsonb
alter table x.customer alter column name type text
alter table x.customer alter column name type varchar(255)
alter table x.customer alter column name type varchar(50)
alter table x.customer alter column name type citext using name::citext
alter table x.customer alter column country type varchar(2)
alter table x.customer alter column country type text using trim(country)
alter table x.customer alter column email type varchar(320)
alter table x.customer alter column email type varchar
alter table x.customer alter column born type timestamptz using born::timestamptz
alter table x.customer alter column seen type date using seen::date
alter table x.customer alter column score type double precision
alter table x.customer alter column tags type jsonb using to_jsonb(tags)
alter table x.customer alter column tags type varchar[]
alter table x.customer alter column settings type json
alter table x.customer alter column legacy_no type bigint using legacy_no::bigint
alter table x.customer alter column "Odd Name" type varchar(20)
alter table x.customer alter column "Odd Name" set not null
alter table x.customer alter column email drop not null, alter column plan set not null
alter table x.customer add constraint customer_email_form check (email ~ '@') not valid
alter table x.customer add constraint customer_boss foreign key (manager_id) references x.customer (id) not valid
alter table x.customer add constraint boss foreign key (manager_id) references x.customer (id) on delete cascade
alter table x.customer drop constraint customer_pkey cascade
alter table x.customer drop constraint customer_email_key
alter table x.invoice add constraint invoice_number_key unique using index invoice_number
alter table x.invoice drop constraint invoice_pkey, add primary key using index invoice_ref
alter table x.invoice alter column number set not null
alter table x.invoice alter column ref set not null
alter table x.invoice alter column total type numeric(12, 2)
alter table x.invoice alter column total type numeric(12, 3)
alter table x.invoice alter column total type money
alter table x.invoice alter column paid_at type timestamp
alter table x.invoice alter column paid_at type timestamptz
alter table x.invoice alter column id type int
alter table x.invoice alter column id set generated by default
alter table x.invoice alter column stage type text
alter table x.invoice alter column stage type text using stage::text
alter table x.invoice alter column memo set storage external
alter table x.invoice validate constraint total_sane
alter table x.invoice rename constraint number_given to number_there
alter table x.invoice add constraint span exclude using gist (int4range(ref, ref + 1) with &&)
alter table x.invoice add constraint no_double unique (customer_id, number) deferrable initially deferred
alter table x.invoice set (autovacuum_vacuum_scale_factor = 0.05)
alter table x.cache set logged
alter table x.cache add primary key (v)
alter table x.cache drop constraint cache_pkey, add constraint cache_pkey primary key (k)
alter table x.parent add column extra int not null default 0
alter table x.parent add column extra uuid default gen_random_uuid()
alter table x.parent add constraint positive check (id > 0)
alter table x.parent add constraint positive check (id > 0) no inherit
alter table only x.event add constraint kinds check (kind <> '') no inherit
alter table x.event add column source text default 'app'
alter table x.event alter column kind set not null
alter table x.region attach partition x.region_de for values in ('DE')
alter table x.region attach partition x.region_fr for values in ('FR')
create table x.event_2025 partition of x.event for values from ('2025-01-01') to ('2026-01-01')
create table x.event_2026 (like x.event including all)
create table x.invoice_copy (like x.invoice including indexes)
create table x.cart (id uuid primary key, customer_id uuid not null references x.customer (id) on delete cascade)
create index invoice_memo on x.invoice using hash (memo)
create index if not exists invoice_customer on x.invoice using btree (customer_id)
create index invoice_month on x.invoice (date_trunc('month', paid_at))
create unique index customer_email_lower on x.customer (lower(email))
create index event_at on x.event (at)
create index customer_settings on x.customer using gin (settings jsonb_path_ops)
create index on only x.event (kind)
create trigger touch before update on x.invoice for each row execute function x.touch()
create or replace view x.open_invoice as select id, total, due from x.invoice where stage = 'open'
create materialized view x.totals as select customer_id, sum(total) from x.invoice group by 1
create policy own on x.invoice for select using (customer_id = auth.uid())
drop index x.invoice_due
drop table x.cache
drop view x.open_invoice
alter type x.stage add value 'void'
alter type x.stage rename value 'paid' to 'settled'
alter domain x.email add constraint short check (length(value) < 100)
alter index x.invoice_due rename to invoice_due_open
alter sequence x.invoice_id_seq restart with 1000
reindex index x.invoice_due
reindex table x.customer
cluster x.invoice using invoice_customer
alter publication supabase_realtime add table x.invoice
update x.customer set plan = 'free' where plan is null
truncate x.cache
do $$ begin if to_regclass('x.gone') is null then alter table x.invoice add check (ref > 0); end if; end $$
do $$ begin create index invoice_paid on x.invoice (paid_at); exception when duplicate_table then null; end $$
"""

# What a statement does to a table with rows, and the rules that say so: to read or write all of it while writers wait,
# and to lose what is in it. Other findings (names, short locks) are about neither.
FACTS = {
    "work": frozenset("KD101 KD102 KD103 KD104 KD107 KD109 KD110 KD111 KD112 KD115".split()),
    "loss": frozenset("KD119 KD201 KD203".split()),
}
STATEMENTS = Path(__file__).with_name("statements")


@dataclass
class Score:
    right: int = 0
    missed: int = 0
    wrong: int = 0

    def count(self, said: frozenset[str], true: frozenset[str]) -> None:
        self.right += len(said & true)
        self.missed += len(true - said)
        self.wrong += len(said - true)

    def __str__(self) -> str:
        recall = self.right / (self.right + self.missed)
        precision = self.right / (self.right + self.wrong)
        return f"recall {recall:.3f}, precision {precision:.3f}"


def accuracy(only: Sequence[str] = ()) -> None:
    """Of the sets of that name, or of all."""
    milliseconds: list[float] = []
    structure = re.sub(r"(?m)^insert into .*?;\n|^analyze;\n", "", BASE, flags=re.DOTALL)
    structure = "\n".join(line for line in structure.splitlines() if not line.startswith("  gen_random_uuid(), i"))
    project = (STATEMENTS / "project.sql").read_text()
    sets = {
        "known": (structure, BASE, lines(CASES)),
        "blind": (structure, BASE, lines(BLIND)),
        **{
            file.stem: (project, project + (STATEMENTS / "rows.sql").read_text(), lines(file.read_text()))
            for file in sorted(STATEMENTS.glob("*.txt"))
        },
    }
    with open_sandbox(exposure="legacy") as box:
        empty = box.clone()
        for title, (structure, filling, cases) in sets.items():
            if only and title not in only:
                continue
            base = read_text(structure, "base.sql", "earlier")
            filled = box.clone()
            with box.connect("supabase_admin", filled) as connection:
                connection.execute(filling.encode())
            static, seen, number = Score(), Score(), 0
            for expected, case in cases:
                true = facts_of(box, filled, case)
                if true is None:
                    continue
                number += 1
                if expected is not None and expected != true:
                    print(f"  {case}\n    expected {shown(expected)}, and it is {shown(true)}")
                said, told, taken = guesses(box, empty, base, case)
                milliseconds += taken
                static.count(said, true)
                seen.count(told, true)
                if said != true or told != true:
                    print(f"  {case}\n    true {shown(true)}, static {shown(said)}, traced {shown(told)}")
            print(f"{title}: {number} statements: static {static}; traced {seen}")
    print(f"tracing a statement: median {statistics.median(milliseconds):.1f} ms (wanted: at most 30)")


def lines(text: str) -> list[tuple[frozenset[str] | None, str]]:
    """The statements, each with what its line says that it does, where it says so: `work, loss | drop table …`."""
    found = []
    for line in filter(None, text.splitlines()):
        facts, bar, statement = line.partition(" | ")
        known = frozenset(facts.split(", ")) <= {*FACTS, "nothing"}
        found.append((frozenset(facts.split(", ")) - {"nothing"}, statement) if bar and known else (None, line))
    return found


def shown(facts: frozenset[str]) -> str:
    return ", ".join(sorted(facts)) or "nothing"


def guesses(box: Sandbox, empty: str, base: File, case: str) -> tuple[frozenset[str], frozenset[str], list[float]]:
    """What lint says that it does: from the text alone, and when it is traced; the milliseconds of that."""
    file = read_text(f"{case};\n", "new.sql", "new")
    judgements = judge([base], [file], Options())
    # An info says that something may be, and not that it is.
    said = facts(one.finding.code for one in judgements[0].judged if one.finding.severity != "info")
    name = box.clone(empty)
    try:
        with box.connect(database=name) as connection:
            found = traced(connection, [base], judgements, Options())
    finally:
        box.drop(name)
    # What the whole of the database is like is no answer about the statement.
    findings = [one for result in found.results if result.subject == "new.sql" for one in result.findings]
    told = facts(one.code for one in findings if one.severity != "info")
    return said, told, [found.seconds * 1000] if found.statements else []


def facts(codes: Iterable[str]) -> frozenset[str]:
    given = set(codes)
    return frozenset(name for name, rules in FACTS.items() if rules & given)


def facts_of(box: Sandbox, source: str, case: str) -> frozenset[str] | None:
    """What the statement does to tables with rows; None if it fails."""
    name = box.clone(source)
    try:
        # In a session of its own: what is read here is counted as well.
        with box.connect("supabase_admin", name) as connection:
            kept = _kept(connection)
        with box.connect("supabase_admin", name) as connection:
            return _measured(connection, case, kept)
    finally:
        box.drop(name)


_OURS = "n.nspname in ('x', 'public', 'legacy')"
_FILES = f"""select c.oid, c.relfilenode from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where {_OURS} and c.relkind in ('r', 'm')"""
_READ = """select relid from pg_stat_xact_user_tables where seq_tup_read > 0"""
_HELD = """select relation from pg_locks where pid = pg_backend_pid() and mode in
           ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"""
_COLUMNS = f"""select c.oid::int, a.attnum from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 join pg_attribute a on a.attrelid = c.oid
               where {_OURS} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"""


def _kept(connection: Connection) -> set[tuple[int, int]]:
    """The columns of tables with rows."""
    columns = connection.execute(_COLUMNS).fetchall()
    exist = [f"select {oid} where exists (select from {_name(connection, oid)})" for oid in {row[0] for row in columns}]
    filled = {row[0] for row in connection.execute(" union all ".join(exist).encode())}
    return {row for row in columns if row[0] in filled}


def _name(connection: Connection, oid: int) -> str:
    row = connection.execute("select %s::regclass::text", (oid,)).fetchone()
    return str(row[0]) if row else ""


def _measured(connection: Connection, case: str, kept: set[tuple[int, int]]) -> frozenset[str] | None:
    execute = connection.execute
    files = dict(execute(_FILES).fetchall())
    alone = case.startswith(("vacuum", "create index concurrently ", "reindex index concurrently "))
    try:
        if not alone:
            execute("begin")
        execute(case.encode())
        after = execute(_FILES).fetchall()
        read = {row[0] for row in execute(_READ).fetchall() if row[0] in files}
        held = {row[0] for row in execute(_HELD).fetchall()}
        # TRUNCATE begins a new file however many rows there are.
        rewritten = not re.search(r"\btruncate\b", case) and any(files.get(oid, node) != node for oid, node in after)
        # Last, for it reads all tables itself.
        found = {"work": rewritten or read & held, "loss": kept - _kept(connection)}
        return frozenset(name for name, true in found.items() if true)
    except psycopg.Error as error:
        print(f"  (fails: {case}: {str(error).splitlines()[0]})")
        return None
    finally:
        if not alone:
            execute("rollback")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
