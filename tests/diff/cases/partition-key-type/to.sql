create table public.readings (sensor bigint not null, at timestamptz not null, "a value" numeric, kind text default 'x') partition by range (at);
create table public.readings_2026 partition of public.readings for values from ('2026-01-01 00:00:00+00') to ('2027-01-01 00:00:00+00');
create table public.readings_rest partition of public.readings default partition by hash (sensor);
create table public.readings_rest_0 partition of public.readings_rest for values with (modulus 2, remainder 0);
create table public.readings_rest_1 partition of public.readings_rest for values with (modulus 2, remainder 1);
create view public.latest as select max(at) as at from public.readings;
