-- change.sql

-- Written by kitdb generate: ~3 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.n becomes numeric(12,4): values that are none stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.c;

drop view public.b;

drop view public.a;

set local timezone = 'UTC';

alter table public.t alter column at type timestamp with time zone;

alter table public.t alter column id type bigint;

alter table public.t alter column n type numeric(12,4);

create view public.a as select id, n, at from public.t;

grant select (n) on public.a to authenticated;

create view public.b with (security_invoker = true) as select a.id, a.n * 2 as n from public.a;

comment on column public.b.n is 'n';

grant select on public.b to anon;

create view public.c as select sum(b.n) as total from public.b;

create trigger tr instead of insert on public.a for each row execute function public.f();
