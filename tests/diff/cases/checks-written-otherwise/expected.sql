-- change.sql

-- Written by kitdb generate: ~2 defaults, ~1 view, 1 renamed.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t rename constraint t_s_check1 to t_check;

alter table public.t alter column a set default ARRAY[]::integer[];

alter table public.t alter column ts set default CURRENT_TIMESTAMP;

create or replace view public.v as select t.id, case when t.s ~~ 'a%' then 1 else 2 end as k from public.t t where t.s in ('a', 'b') and (t.id is not null);
