create type public.status as enum ('open', 'closed', 'gone');
create table public.customers (id int primary key, last public.status default 'open');
create table public.orders (
  id int generated always as identity, status public.status not null default 'open', customer int references public.customers,
  seen public.status[], note text, primary key (id, status)
) partition by list (status);
create table public.orders_open partition of public.orders for values in ('open');
create table public.orders_closed partition of public.orders for values in ('closed');
create table public.orders_rest partition of public.orders default partition by list (status);
create table public.orders_gone partition of public.orders_rest for values in ('gone');
create index orders_note on public.orders (note);
create table public.lines (order_id int, status public.status, foreign key (order_id, status) references public.orders);
alter table public.orders enable row level security;
create policy open on public.orders for select to authenticated using (status = 'open');
grant select on public.orders to authenticated;
create view public.open_orders as select id, status from public.orders where status = 'open';
