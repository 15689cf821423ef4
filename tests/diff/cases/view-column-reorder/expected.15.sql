-- change.sql

-- Written by kitdb generate: ~3 views.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop view public.x;

drop view public.w;

drop view public.v;

create view public.v as
SELECT t.c,
    t.b,
    t.a
   FROM public.t;

grant select on public.v to anon;

alter view public.v alter column a set default 3;

create view public.w as select v.b, v.a from public.v;

comment on view public.w is 'w';

comment on column public.w.b is 'the b';

grant select on public.w to anon;

create view public.x with (security_invoker = true, security_barrier = true) as select w.* from public.w;

grant insert (a), update (b) on public.x to authenticated;
