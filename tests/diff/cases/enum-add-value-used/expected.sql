-- change_labels.sql

-- Written by kitdb generate: +1 view, ~1 type, ~1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- A new enum value can be used once it is committed: what uses it is in the next file.

alter type public.st add value 'c';

-- change.sql

-- Written by kitdb generate: goes on with change.

alter table public.t alter column st set default 'c'::public.st;

create view public.v as select id from public.t where st = 'c';
