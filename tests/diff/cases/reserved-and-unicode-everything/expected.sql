-- change.sql

-- Written by kitdb generate: +1 column, ~3 columns, ~1 index.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public."order"."größe" becomes character varying(20): values that are none stop the migration
-- rewrites-table: every row of public."order" is written anew
-- writes-rows: rows without public."order"."a""b" get its default

drop index public.index;

alter table public."order" add column "from" text;

update public."order" set "a""b" = 0 where "a""b" is null;

alter table public."order" add constraint "order_a""b_not_null" check ("a""b" is not null) not valid;

alter table public."order" alter column "größe" type character varying(20);

alter table public."order" alter column "select" type bigint;

alter table public."order" alter column "a""b" set default 0;

create index "index" on public."order" (lower("größe"));

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public."order" validate constraint "order_a""b_not_null";

alter table public."order" alter column "a""b" set not null;

alter table public."order" drop constraint "order_a""b_not_null";
