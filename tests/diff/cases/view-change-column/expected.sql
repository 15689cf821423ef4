-- change.sql

-- Written by kitdb generate: ~1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop view public.w;

drop function public.f();

drop view public.v;

create view public.v as select id, b as a2 from public.t;

comment on column public.v.id is 'key';

grant insert on public.v to service_role;

grant select on public.v to anon;

create function public.f() returns setof public.v language sql as $$ select * from public.v $$;

create view public.w as select id from public.v;

grant select on public.w to anon;

create trigger go instead of insert on public.v for each row execute function public.go();
