-- flags: --rename none

create table public.t (c text not null, a bigint, b int not null default 0, d int generated always as (b + 1) stored, check (a < b), constraint named check (c <> '' or b > 0), unique (b, a), unique (b, c));
