-- flags: --rename none

create type public.span as range (subtype = float8, multirange_type_name = spans);
create table public.t (id int, r public.span, m public.spans, during datemultirange default '{[2024-01-01,2024-02-01)}');
create index t_r on public.t using gist (r);
