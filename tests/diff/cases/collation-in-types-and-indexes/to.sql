create domain public.d as text collate "C";
create type public.c as (a text collate "C");
create table public.t (id int primary key, a text collate "C", b text collate "POSIX" default 'x');
create index t_a on public.t (a collate "POSIX" text_pattern_ops desc nulls last);
create view public.v as select a from public.t;
