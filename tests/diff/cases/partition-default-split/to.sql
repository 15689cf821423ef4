create table public.e (at date not null, v int) partition by range (at);
create table public.e_2026 partition of public.e for values from ('2026-01-01') to ('2027-01-01');
create table public.e_rest partition of public.e default;
