create type public.span as range (subtype = float8, subtype_diff = float8mi);
create table public.t (id int, r public.span, during daterange default '[2024-01-01,2024-02-01)');
create index t_r on public.t using gist (r);
