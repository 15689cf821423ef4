create table public.a (id int primary key, t text) with (fillfactor = 70, autovacuum_enabled = false);
create table public.b (id int primary key, t text) with (toast.autovacuum_enabled = false);
create index a_t on public.a (t) with (fillfactor = 60);
