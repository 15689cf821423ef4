create table public.a (id int primary key, t text) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create table public.b (id int primary key, t text) with (toast.autovacuum_enabled = true, user_catalog_table = false);
create index a_t on public.a (t) with (fillfactor = 90);
alter table public.a alter column t set storage external;
alter table public.a alter column t set (n_distinct = 5);
