-- change.sql

-- Written by kitdb generate: ~1 policy, ~3 columns, ~1 default, ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint t_code_check of public.t: rows that break it stop the migration
-- rewrites-table: every row of public.t is written anew

drop policy p on public.t;

drop trigger touch on public.t;

drop view public.w;

drop view public.v;

drop materialized view public.m;

alter table public.t drop constraint t_code_check;

alter table public.t alter column code drop default;

alter table public.t drop column doubled;

alter table public.t alter column code type text;

alter table public.t alter column n type bigint;

alter table public.t add column doubled bigint generated always as (n * 2) stored;

alter table public.t alter column code set default 'a'::text;

alter table public.t add constraint t_code_check CHECK ((code <> ''::text)) not valid;

create index t_doubled on public.t (doubled);

create trigger touch before update of n on public.t for each row when (new.n > 1) execute function public.touch();

create policy p on public.t for select to anon using (n > 3 and code = 'a');

comment on policy p on public.t is 'some';

comment on trigger touch on public.t is 'touches';

create view public.v with (security_invoker = true) as select id, code, n from public.t;

comment on column public.v.code is 'a code';

grant select on public.v to authenticated;

create view public.w as select code from public.v;

comment on view public.w is 'second';

grant select (code) on public.w to anon;

create materialized view public.m as select n, count(*) as many from public.t group by n;

create unique index m_n on public.m (n);

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_code_check;
