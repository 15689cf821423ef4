create collation public.de (locale = 'C');
create table public.t (id int primary key, first text, last text collate "C", full_name text generated always as (first || ' ' || last) stored, search tsvector generated always as (to_tsvector('simple', coalesce(first, ''))) stored);
create index t_search on public.t using gin (search);
create index t_last on public.t (last text_pattern_ops, first collate "POSIX" desc);
