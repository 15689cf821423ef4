-- One of each kind of object, with names that need care.
create schema "Odd Schema";
create schema "select";
comment on schema "Odd Schema" is 'it''s "odd" \ ünïcode';
revoke usage on schema "Odd Schema" from public;
grant usage on schema "Odd Schema" to anon;

create type public.mood as enum ('sad', 'o''k', 'très "bien"', 'a\b');
comment on type public.mood is 'a mood';
create type "Odd Schema"."Mood" as enum ('x');
create type public.empty_enum as enum ();
create domain public.email as text collate "C" not null default 'x@y'
  constraint has_at check (value ~ '@') constraint short check (length(value) < 100);
create domain public.work_email as public.email check (value like '%@work');
create domain public.tags as text[] check (cardinality(value) < 5);
comment on domain public.email is 'an e-mail address';
comment on constraint has_at on domain public.email is 'with an at';
create type public.pair as (a int, b text collate "C", "c d" public.mood[]);
comment on type public.pair is 'two and a half';
comment on column public.pair.a is 'first';
create type public.tempo_range as range (subtype = numeric, multirange_type_name = public.tempos);
create type public.mood_range as range (subtype = public.mood);
revoke usage on type public.mood from public;
grant usage on type public.mood to authenticated;

create sequence public.ticket as int increment 5 minvalue -10 maxvalue 1000 start 0 cache 3 cycle;
grant usage on sequence public.ticket to anon;

create table public.author (
  id bigint generated always as identity (start 100) primary key,
  "group" text not null default 'a''b',
  old_number serial,
  email public.email unique,
  moods public.mood[] not null default '{}',
  pair public.pair,
  tempo public.tempo_range,
  tempos public.tempos,
  matrix int[][],
  price numeric(10, 2) check (price >= 0),
  code varchar(12) collate "C",
  "ünï ""cödé" char(3),
  created_at timestamptz not null default now(),
  kept interval not null default interval '1 day 02:00',
  full_name text generated always as ("group" || '!') stored,
  dropped int,
  gone jsonb,
  constraint "at least" check (price is not null or code is not null),
  constraint later unique nulls not distinct (code, "group") deferrable initially deferred
);
alter table public.author drop column dropped;
alter table public.author alter column gone set storage external;
alter table public.author alter column code set statistics 200;
alter table public.author alter column code set (n_distinct = 5);
alter table public.author alter column code set compression pglz;
alter table public.author add constraint slow check (price < 1000) not valid;
alter table public.author set (fillfactor = 70, toast.autovacuum_enabled = false);
comment on table public.author is 'who writes';
comment on column public.author."group" is 'a ''group'' with "quotes"';
comment on constraint "at least" on public.author is 'one of them';
create index author_lower on public.author (lower(code), price desc nulls last) include (email) where price > 1;
create unique index author_code on public.author (code) where code is not null;
comment on index public.author_code is 'codes';
create index author_moods on public.author using gin (moods);
alter table public.author replica identity using index author_pkey;
create statistics public.author_stats (dependencies) on code, "group" from public.author;
comment on statistics public.author_stats is 'together';
alter table public.author enable row level security;
alter table public.author force row level security;
create policy "own rows" on public.author for select to authenticated, anon using (id > 0);
create policy everything on public.author as restrictive using (true) with check (price > 0);
comment on policy everything on public.author is 'all of them';
grant select on public.author to anon with grant option;
grant update (code, "group") on public.author to authenticated;
revoke truncate on public.author from postgres;

create table public.book (
  author_id bigint,
  title text,
  author_email public.email references public.author (email) on update cascade,
  rating public.mood,
  exclude using gist (tempo with &&),
  tempo int4range,
  foreign key (author_id) references public.author (id) on delete set null (author_id) deferrable
);
create unlogged table public.scratch (a int);
create table public.typed of public.pair (a primary key);

create table public.reading (at timestamptz not null, author bigint references public.author, value float8 default 1)
  partition by range (at);
create table public.reading_2025 partition of public.reading for values from ('2025-01-01') to ('2026-01-01');
create table public.reading_rest partition of public.reading default;
alter table public.reading add primary key (at, author);
create index on public.reading (value);

create table public.animal (name text check (name <> ''), legs int not null);
create table public.dog (breed text) inherits (public.animal);

create table "Odd Schema"."Order ""by""" ("select" int primary key, "from" "Odd Schema"."Mood", "a.b" text);
create index "an index" on "Odd Schema"."Order ""by""" ("from", "a.b");
create table "select"."table" ("column" uuid default gen_random_uuid());

create function public.touch() returns trigger language plpgsql as $$ begin new.code := 'x'; return new; end $$;
create function public.refuse() returns event_trigger language plpgsql as $$ begin null; end $$;
create function public.add(a int, b int default 2, out total int) language sql immutable strict parallel safe
  set search_path = '' as 'select a + b';
create function public.add(a text) returns text language sql as 'select a';
create function public.books(variadic names text[]) returns table (title text, mood public.mood)
  language sql stable security definer rows 7 begin atomic select 'a'::text, 'sad'::public.mood; end;
create function public.authors() returns setof public.author language sql as 'select * from public.author';
create function public.pairs(int, inout x public.pair) language sql leakproof as 'select x';
create procedure public."do it"(inout n int default 1) language plpgsql as $$ begin n := n + 1; end $$;
create aggregate public.total(int) (sfunc = int4pl, stype = int, initcond = '0', parallel = safe);
create aggregate public.ordered(int order by int) (sfunc = int4pl, stype = int);
comment on function public.add(int, int) is 'adds';
comment on procedure public."do it"(int) is 'does';
comment on aggregate public.total(int) is 'sums';
revoke execute on function public.add(text) from public, anon;

create trigger touch before update of code on public.author for each row when (old.code is distinct from new.code)
  execute function public.touch();
alter table public.author disable trigger touch;
comment on trigger touch on public.author is 'touches';
create trigger touch before insert on public.reading for each row execute function public.touch();
create constraint trigger checked after insert on public.book deferrable initially deferred
  for each row execute function public.touch();
create rule ignore as on delete to public.scratch do instead nothing;
comment on rule ignore on public.scratch is 'keeps';
create event trigger refuse on ddl_command_end when tag in ('DROP TABLE', 'ALTER TABLE') execute function public.refuse();
comment on event trigger refuse is 'refuses';

create view public.names with (security_invoker = true, check_option = local) as
  select id, "group", full_name, 1 as one from public.author where id > 0;
comment on view public.names is 'names';
comment on column public.names.one is 'always one';
create view public.counted as select count(*) as n from public.author;
create view public.replaced as select 1 as a, 2 as b;
create trigger replaced instead of insert on public.replaced for each row execute function public.touch();
create recursive view public.ten (n) as values (1) union all select n + 1 from ten where n < 10;
create materialized view public.totals as select "group", count(*) as n from public.author group by 1 with no data;
create unique index on public.totals ("group");
comment on materialized view public.totals is 'totals';

create foreign data wrapper nowhere;
create server far foreign data wrapper nowhere;
create foreign table public.remote (id int options (name 'x') not null, label text) server far options (place 'there');
create cast (public.mood as public.pair) with inout;
create operator public.=== (leftarg = int, rightarg = int, function = int4eq);
create collation "Odd Schema".german from "C";
create text search configuration public.simple_copy (copy = pg_catalog.simple);

create publication changes for table public.author (id, code) where (id > 5), public.book with (publish = 'insert, update');
create publication whole for tables in schema "Odd Schema" with (publish_via_partition_root = true);
comment on publication changes is 'what changes';
alter publication supabase_realtime add table public.book;

alter default privileges for role postgres in schema public grant select on tables to anon;
alter default privileges for role postgres revoke execute on functions from public;
alter default privileges for role postgres in schema "Odd Schema" grant usage on types to authenticated with grant option;

create policy "own folder" on storage.objects for insert to authenticated
  with check (bucket_id = 'covers' and (storage.foldername(name))[1] = (select auth.uid())::text);
create table public.profile (id uuid primary key references auth.users on delete cascade);
create function public.greet() returns trigger language plpgsql security definer set search_path = ''
  as $$ begin insert into public.profile values (new.id); return new; end $$;
create trigger greet after insert on auth.users for each row execute function public.greet();
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  values ('covers', 'covers', true, 5000000, '{image/png,image/jpeg}'), ('a dump', 'a dump', false, null, null);
create temporary table passing (a int);
