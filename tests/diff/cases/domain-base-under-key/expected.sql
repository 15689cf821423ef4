-- change.sql

-- Written by kitdb generate: ~2 types, ~1 constraint, ~4 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint k_c_fkey of public.k: rows that break it stop the migration
-- may-fail-on-data: public.k.c: values that the new public.code lacks stop the migration
-- may-fail-on-data: public.k.cs: values that the new public.code lacks stop the migration
-- may-fail-on-data: public.p.c: values that the new public.code lacks stop the migration
-- may-fail-on-data: public.p.s: values that the new public.short_code lacks stop the migration
-- rewrites-table: every row of public.k is written anew
-- rewrites-table: every row of public.p is written anew

drop view public.v;

alter domain public.code drop constraint code_check;

alter table public.k drop constraint k_c_fkey;

drop function public.f(public.code);

alter domain public.code rename to code__old;

create domain public.code as text default 'x'::text not null;

alter domain public.code add constraint code_check CHECK ((VALUE ~ '^[a-z0-9]+$'::text));

alter domain public.short_code rename to short_code__old;

create domain public.short_code as public.code default 'x'::text;

alter domain public.short_code add constraint short_code_check CHECK ((length((VALUE)::text) < 4));

alter table public.k alter column c type public.code using c::character varying(8)::public.code;

alter table public.k alter column cs type public.code[] using cs::character varying(8)[]::public.code[];

alter table public.p alter column c type public.code using c::character varying(8)::public.code;

alter table public.p alter column s type public.short_code using s::text::public.short_code;

alter table public.k add constraint k_c_fkey FOREIGN KEY (c) REFERENCES public.p(c) not valid;

create function public.f(c public.code) returns public.code language sql as $$ select c $$;

create view public.v as select c, s from public.p where c <> 'a';

drop domain public.short_code__old;

drop domain public.code__old;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.k validate constraint k_c_fkey;
