-- change_labels.sql

-- Written by kitdb generate: +1 constraint, ~2 types.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.code becomes NOT NULL
-- A new enum value can be used once it is committed: what uses it is in the next file.

alter type public.st add value 'b';

-- change.sql

-- Written by kitdb generate: goes on with change.

alter domain public.code set default 'x'::text;

alter domain public.code set not null;

alter domain public.code add constraint short CHECK ((length(VALUE) < 10));

comment on domain public.code is 'a code';

alter table public.t alter column c set default 'b'::text;
