-- change.sql

-- Written by kitdb generate: +1 column.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.t add column b integer;

comment on table public.t is 'new; with -- dashes';

comment on column public.t.a is null;

comment on column public.t.b is 'it''s';
