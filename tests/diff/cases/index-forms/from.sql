create table public.t (id int primary key, a text, b int, c text);
create index t_a on public.t (a);
create unique index t_b on public.t (b);
create index t_c on public.t (c) where b > 1;
comment on index public.t_c is 'kept';
