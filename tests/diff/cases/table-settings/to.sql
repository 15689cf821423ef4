create unlogged table public.u (id int primary key);
create table public.t (id int primary key, a text, b text) with (autovacuum_enabled = false);
alter table public.t alter column a set storage external, alter column b set statistics 500, alter column b set (n_distinct = 5);
alter table public.t replica identity full;
create statistics public.st (dependencies) on a, b from public.t;
