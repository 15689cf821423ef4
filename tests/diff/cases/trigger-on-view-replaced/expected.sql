-- change.sql

-- Written by kitdb generate: ~1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop view public.v;

create view public.v as select id, extra ->> 'n' as label, name from public.t;

grant select, insert on public.v to authenticated;

create or replace rule v_del AS
    ON DELETE TO public.v DO INSTEAD NOTHING;

create trigger v_ins instead of insert on public.v for each row execute function public.v_write();

create trigger v_upd instead of update on public.v for each row execute function public.v_write();

comment on trigger v_ins on public.v is 'writes through';
