-- change.sql

-- Written by kitdb generate: +1 schema, +1 type, +1 view, +1 table, +1 policy, +1 column, +1 function, ~1 table, ~2 columns, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public."Order" is written anew
-- writes-rows: rows without public."Order"."user name" get its default

drop index public."my index";

create schema "My Schema";

grant usage on schema "My Schema" to anon;

create type "My Schema"."état" as enum ('it''s', 'ö "x"');

create table "My Schema"."select" ("order" serial primary key, "ref" int references public."Order" ("select"));

alter table public."Order" enable row level security;

alter table public."Order" add column "größe" "My Schema"."état" default 'it''s'::"My Schema"."état";

alter table public."Order" alter column "quo""te" type bigint;

update public."Order" set "user name" = 'it''s'::text where "user name" is null;

alter table public."Order" add constraint "Order_user name_not_null" check ("user name" is not null) not valid;

alter table public."Order" alter column "user name" set default 'it''s'::text;

create index "my index" on public."Order" ("quo""te");

create policy "it's ""mine""" on public."Order" for select to authenticated using ("user name" = 'it''s');

comment on column public."Order"."quo""te" is E'a \\ and a ''';

create function "My Schema"."f-1"("a b" int) returns int language sql as $$ select 1 $$;

create view "My Schema"."View" as select "select" as "from" from public."Order";

grant select on "My Schema"."View" to anon;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public."Order" validate constraint "Order_user name_not_null";

alter table public."Order" alter column "user name" set not null;

alter table public."Order" drop constraint "Order_user name_not_null";
