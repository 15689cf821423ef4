-- change.sql

-- Written by kitdb generate: +1 sequence, +1 column, ~2 sequences, ~1 column, ~1 default, +1 grant, -1 grant.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.id becomes NOT NULL: rows without a value stop the migration
-- rewrites-table: every row of public.t is written anew

create unlogged sequence public.s3;

alter sequence public.s1 as integer increment by -1 minvalue -100 maxvalue 2000 start with 20 cache 1 cycle;

revoke usage on sequence public.s1 from anon;

grant select on sequence public.s1 to authenticated;

alter sequence public.s2 as bigint maxvalue 9223372036854775807;

alter table public.t add column c bigint default nextval('public.s3'::regclass);

alter table public.t add constraint t_id_not_null check (id is not null) not valid;

alter table public.t alter column b set default (nextval('public.s2'::regclass) + 1);

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.t validate constraint t_id_not_null;

alter table public.t alter column id set not null;

alter table public.t drop constraint t_id_not_null;
