-- change.sql

-- Written by kitdb generate: privileges and comments.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

comment on index public.t_pkey is 'its index';

comment on schema app is 'things';

comment on table public.t is 'new';

comment on column public.t.a is null;

comment on constraint t_pkey on public.t is 'key';
