-- change.sql

-- Written by kitdb generate: ~1 type, ~3 columns, ~1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- copies-data: the rows of public.orders are copied into a new table
-- may-fail-on-data: constraint lines_order_id_status_fkey of public.lines: rows that break it stop the migration
-- may-fail-on-data: public.customers.last: values that the new public.status lacks stop the migration
-- may-fail-on-data: public.lines.status: values that the new public.status lacks stop the migration
-- may-fail-on-data: public.orders.seen: values that the new public.status lacks stop the migration
-- may-fail-on-data: public.orders.status: values that the new public.status lacks stop the migration
-- rewrites-table: every row of public.customers is written anew
-- rewrites-table: every row of public.lines is written anew

drop view public.open_orders;

drop index public.orders_note;

alter table public.lines drop constraint lines_order_id_status_fkey;

alter table public.orders drop constraint orders_customer_fkey;

alter table public.orders drop constraint orders_pkey;

alter table public.customers alter column last drop default;

alter table public.orders_closed rename to orders_closed__old;

alter table public.orders_gone rename to orders_gone__old;

alter table public.orders_open rename to orders_open__old;

alter table public.orders_rest rename to orders_rest__old;

alter table public.orders rename to orders__old;

alter sequence public.orders_id_seq rename to orders_id_seq__old;

alter type public.status rename to status__old;

create type public.status as enum ('open', 'closed', 'gone');

create table public.orders (
  id int generated always as identity, status public.status not null default 'open', customer int references public.customers,
  seen public.status[], note text, primary key (id, status)
) partition by list (status);

alter table public.orders enable row level security;

create policy open on public.orders for select to authenticated using (status = 'open');

grant select on public.orders to authenticated;

create table public.orders_closed partition of public.orders for values in ('closed');

create table public.orders_open partition of public.orders for values in ('open');

create table public.orders_rest partition of public.orders default partition by list (status);

create table public.orders_gone partition of public.orders_rest for values in ('gone');

insert into public.orders (id, status, customer, seen, note) overriding system value
select id, status::text::public.status, customer, seen::text[]::public.status[], note from public.orders__old;

select setval('public.orders_id_seq', last_value, is_called) from public.orders_id_seq__old;

drop table public.orders__old;

create index orders_note on public.orders (note);

alter table public.customers alter column last type public.status using last::text::public.status;

alter table public.customers alter column last set default 'open'::public.status;

alter table public.lines alter column status type public.status using status::text::public.status;

alter table public.lines add constraint lines_order_id_status_fkey FOREIGN KEY (order_id, status) REFERENCES public.orders(id, status) not valid;

create view public.open_orders as select id, status from public.orders where status = 'open';

drop type public.status__old;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.lines validate constraint lines_order_id_status_fkey;
