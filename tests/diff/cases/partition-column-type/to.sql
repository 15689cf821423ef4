create table public.m (d date not null, n bigint not null default 2) partition by range (d);
create table public.m1 partition of public.m for values from ('2024-01-01') to ('2025-01-01');
create view public.v as select n from public.m1;
