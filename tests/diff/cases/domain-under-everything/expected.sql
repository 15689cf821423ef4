-- change.sql

-- Written by kitdb generate: ~1 type, ~1 constraint, ~4 columns, ~1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.t.e: values that the new public.email lacks stop the migration
-- may-fail-on-data: public.t.es: values that the new public.email lacks stop the migration
-- may-fail-on-data: public.t.w: values that the new public.work_email lacks stop the migration
-- rewrites-table: every row of public.t is written anew

drop view public.v;

alter domain public.email drop constraint email_check;

alter table public.t alter column e drop default;

drop function public.f(public.email);

alter domain public.email rename to email__old;

create domain public.email as character varying(80);

alter domain public.email add constraint email_check CHECK (((VALUE)::text ~~ '%@%'::text));

alter type public.person rename to person__old;

create type public.person as (name text, mail public.email);

alter domain public.work_email rename to work_email__old;

create domain public.work_email as public.email;

alter domain public.work_email add constraint work_email_check CHECK (((VALUE)::text ~~ '%.%'::text));

alter table public.t alter column e type public.email using e::text::public.email;

alter table public.t alter column es type public.email[] using es::text[]::public.email[];

alter table public.t alter column p type public.person using case when p is not distinct from null then null else row((p).name, (p).mail::text::public.email)::public.person end;

alter table public.t alter column w type public.work_email using w::text::public.work_email;

alter table public.t alter column e set default 'a@b'::character varying;

create function public.f(e public.email) returns public.email language sql immutable as $$ select e $$;

create view public.v as select e from public.t;

drop type public.person__old;

drop domain public.work_email__old;

drop domain public.email__old;
