-- flags: --rename none

create collation public.de (locale = 'C');
create table public.t (id int primary key, first varchar(50), last text collate public.de, full_name text generated always as (coalesce(first, '') || ' ' || last) stored, search tsvector generated always as (to_tsvector('english', coalesce(first, '') || coalesce(last, ''))) stored);
create index t_search on public.t using gin (search) with (fastupdate = off);
create index t_last on public.t (last, first collate "C" desc);
