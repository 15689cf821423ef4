-- What decides the leaves of the Database type: keys, views, functions and types across two schemas.
create schema api;
create schema "Weird Schema";
create type api.size as enum ('small', 'large');
create type public.plain as enum ('a', 'b');
create type public._hidden as enum ('x');
create type public.empty as enum ();
create type api.box as (width int, size api.size, "deep" public.plain[]);
create type public.span as range (subtype = float8, multirange_type_name = public.spans);
create domain public.short as text check (length(value) < 10);
create domain public.shorter as public.short not null;
create domain public.given as int not null default 7;
create domain public.words as text[];

create table public.owners (id int primary key, name text not null, email text unique, "B c" int, unique ("B c", name));
create table public.pets (
  id int generated always as identity primary key, owner int not null references public.owners, second int unique
    references public.owners (id), name text, "B c" int, size api.size, plain public.plain not null default 'a',
  plains public.plain[], hidden public._hidden, nothing public.empty, box api.box, boxes api.box[], short public.short,
  shorter public.shorter, given public.given, words public.words, spans public.spans, whole int4range, j json not null,
  jb jsonb[] not null, up text generated always as (upper(name)) stored, vec int[][], o oid, n numeric(4, 2) default 1,
  row_ public.owners, rows_ public.owners[],
  constraint pets_pair foreign key ("B c", name) references public.owners ("B c", name),
  constraint pets_self unique (name, "B c")
);
create table public.one (owner int primary key references public.owners, pet int references public.pets);
create table public.pair_key (b int, a int, c int, primary key (a, b));
create table public.pair_of (b int, a int, x int, unique (a, b),
  constraint pair_of_key foreign key (a, b) references public.pair_key (a, b));
create table public.across (id int primary key, pet int references public.pets);
create table api.things (id uuid primary key default gen_random_uuid(), pet int references public.pets, parent uuid
  references api.things, size api.size not null, plain public.plain);
create table "Weird Schema".t (id int primary key, other int references "Weird Schema".t);
create table public.parts (id int, at date not null, owner int references public.owners) partition by range (id);
create table public.parts_1 partition of public.parts for values from (1) to (10);
create table public.nothing_at_all ();

create view public.pet_names as select id, name, owner, plain, size, up from public.pets;
create view public.inner_joined as select p.id, o.name as owner_name, o.id as owner_id, p.owner
  from public.pets p join public.owners o on o.id = p.owner;
create view public.left_joined as select p.id, o.name, o.id as owner_id from public.owners o left join public.pets p on p.owner = o.id;
create view public.right_joined as select p.id, o.id as owner_id from public.owners o right join public.pets p on p.owner = o.id;
create view public.full_joined as select p.id, o.id as owner_id from public.owners o full join public.pets p on p.owner = o.id;
create view public.using_joined as select id, o.name from public.owners o join public.pets p using (id);
create view public.full_using as select id from public.owners o full join public.pets p using (id);
create view public.of_view as select owner_name, id as pet, owner as owner_a, owner as owner_b from public.inner_joined where id > 1;
create view public.of_subquery as select s.id, s.n, t.id as tid from (select id, count(*) as n from public.pets group by id) s
  left join (select id from public.owners) t on true;
create view public.of_cte as with c as (select id, name from public.owners), d as (select c.id from c) select c.name, d.id from c, d;
create view public.of_recursion as with recursive r as (select id from public.owners union all select r.id from r where id < 0) select id from r;
create view public.united as select id from public.owners union all select id from public.pets;
create view public.grouped as select owner, count(*) as pets, coalesce(max(name), '') as last, 1 as one, null::int as none from public.pets group by owner;
create view public.grouping_sets as select owner, plain, 1 as one from public.pets group by grouping sets ((owner), (plain));
create view public.distinct_ones as select distinct on (owner) owner, id from public.pets order by owner, id;
create view public.cast_ones as select id::bigint as id, owner from public.pets;
create view public.told as select max(id) as id from public.pets;
comment on column public.told.id is E'the greatest\n@notNull';
create view public.with_domain as select shorter, given from public.pets;
create view public.two_keys as select id, owner, owner as owner_again from public.pets;
create materialized view public.stored as select id, name from public.owners;
create view public.ruled as select 1 as a;
create rule ruled_insert as on insert to public.ruled do instead nothing;
create view public.triggered as select max(id) as id from public.owners;
create function public.trig() returns trigger language plpgsql as 'begin return new; end';
create trigger triggered instead of update on public.triggered for each row execute function public.trig();
create view api.pets_of as select id, owner from public.pets;
create view api.shown as select id, parent from api.things;

create function public.full_name(public.owners) returns text language sql as 'select $1.name';
create function public.named_field(o public.owners) returns int language sql as 'select 1';
create function public.pets_of(public.owners) returns setof public.pets language sql as 'select * from public.pets';
create function public.one_of(public.owners) returns setof public.one rows 1 language sql as 'select * from public.one';
create function public.best(o public.owners) returns public.one language sql as 'select * from public.one';
create function public.view_field(public.pet_names) returns text language sql as 'select $1.name';
create function public.plus(a int, b int default 2) returns int language sql as 'select 1';
create function public.plus(a text) returns text language sql as 'select a';
create function public.clash(a int) returns int language sql as 'select 1';
create function public.clash(a text) returns int language sql as 'select 1';
create function public.clash(a uuid, b int) returns int language sql as 'select 1';
create function public.maybe() returns int language sql as 'select 1';
create function public.maybe(json default '{}') returns text language sql as 'select 1';
create function public.unnamed(int) returns int language sql as 'select 1';
create function public.body(jsonb) returns jsonb language sql as 'select $1';
create function public.out_many(a int, out b text, out c int) language sql as 'select null::text, 1';
create function public.out_one(out z int, a int, b int default 5) language sql as 'select a';
create function public.inout_one(inout a int) language sql as 'select a';
create function public.table_of(a int) returns table (b text, a_ public.plain, "C d" int) language sql as 'select null::text, null::public.plain, 1';
create function public.records() returns setof record language sql as 'select 1';
create function public.nothing() returns void language sql as 'select';
create function public.composite() returns api.box language sql as 'select null::api.box';
create function public.composites() returns setof api.box language sql as 'select null::api.box';
create function public.box_array(b api.box[]) returns api.box[] language sql as 'select b';
create function public.other_row() returns setof api.things language sql as 'select * from api.things';
create function public.rows_one() returns setof public.owners rows 1 language sql as 'select * from public.owners';
create function public.texts() returns setof text rows 1 language sql as 'select 1::text';
create function public.array_of() returns text[] language sql as 'select null::text[]';
create function public.enum_of(p public.plain, s api.size[] default null) returns public.plain language sql as 'select p';
create function public.domain_of(s public.short) returns public.shorter language sql as 'select null';
create function public.take_rows(r public.owners, s public.owners[], v public.pet_names) returns int language sql as 'select 1';
create function public.many(variadic v int[]) returns int language sql as 'select 1';
create function public.any_of(a anyelement) returns anyelement language sql as 'select a';
create function api.thing_name(api.things) returns text language sql as 'select 1::text';
create function api.of_public(p public.pets) returns public.pets language sql as 'select p';
create function public.name_that_is_long_enough_to_break(first_argument_of_it int, second_argument_of_it text) returns int language sql as 'select 1';

create type api.uuid as enum ('x');
create table public.shadows (id pg_catalog.uuid primary key, own api.uuid, owns api.uuid[]);
create function public.shadow(own api.uuid) returns api.uuid language sql as 'select own';
