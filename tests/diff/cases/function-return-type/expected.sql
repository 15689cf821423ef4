-- change.sql

-- Written by kitdb generate: ~1 function.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_id_check of public.t: rows that break it stop the migration

drop policy p on public.t;

drop view public.v;

drop index public.t_f;

alter table public.t drop constraint t_id_check;

alter table public.t alter column id drop default;

drop function public.f(integer);

create function public.f(a int) returns bigint language sql immutable as $$ select a::bigint $$;

comment on function public.f(integer) is 'f';

revoke execute on function public.f(integer) from public;

grant execute on function public.f(integer) to anon;

alter table public.t alter column id set default public.f(1);

alter table public.t add constraint t_id_check CHECK ((public.f(id) > 0)) not valid;

create index t_f on public.t (public.f(id));

create policy p on public.t using (public.f(id) = 1);

create view public.v as select public.f(id) from public.t;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_id_check;
