create type public.row as (a int, b text);
create table public.t (a int primary key, b text);
create table public.u of public.row;
