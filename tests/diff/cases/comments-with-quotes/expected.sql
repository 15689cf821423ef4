-- change.sql

-- Written by kitdb generate: privileges and comments.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

comment on table public.t is E'line one
line ''two''; \\';

comment on column public.t.id is '$kitdb$';
