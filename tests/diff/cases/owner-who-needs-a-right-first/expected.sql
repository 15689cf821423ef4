-- change.sql

-- Written by kitdb generate: +2 grants.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

grant all on schema "More things" to authenticator;

grant create on schema public to authenticator;

alter table "More things".t owner to authenticator;

alter type public.kind owner to authenticator;
