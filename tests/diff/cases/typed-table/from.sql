create type public.row as (a int, b text);
create table public.t of public.row (primary key (a));
