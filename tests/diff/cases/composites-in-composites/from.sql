create type public.inner_one as (a int, b text, gone text);
create type public.outer_one as (first public.inner_one, second public.inner_one, c text);
create table public.t (id int primary key, o public.outer_one, os public.outer_one[]);
create index t_a on public.t ((((o).first).a));
