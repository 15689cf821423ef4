-- change.sql

-- Written by kitdb generate: +1 view, +1 materialized view, +1 table, -1 table, -1 view, ~1 constraint. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- breaks-clients: view public.named is dropped
-- deletes-data: table public.item, with its rows
-- may-fail-on-data: constraint label_item_fkey of public.label: rows that break it stop the migration
-- may-fail-on-data: insert or update on table "label" violates foreign key constraint "label_item_fkey" (SQLSTATE 23503) (seen with rows that were put in)

drop view public.named;

alter table public.label drop constraint label_item_fkey;

create table public.thing (id int primary key, name text, kind text default 'item');

alter table public.label add constraint label_item_fkey FOREIGN KEY (item) REFERENCES public.thing(id) not valid;

drop table public.item;

create view public.item as select id, name from public.thing where kind = 'item';

grant select on public.item to anon;

create materialized view public.named as select id, name from public.item;

grant select on public.named to anon;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.label validate constraint label_item_fkey;
