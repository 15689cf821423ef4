-- flags: --allow-destructive

create type public.inner_one as (b text, a bigint);
create type public.outer_one as (first public.inner_one, second public.inner_one, c text, d public.inner_one[]);
create table public.t (id int primary key, o public.outer_one, os public.outer_one[]);
create index t_a on public.t ((((o).first).a));
