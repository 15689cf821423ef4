-- change.sql

-- Written by kitdb generate: +1 constraint, -1 constraint, ~4 constraints.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint a_y_x_key of public.a: rows that break it stop the migration
-- may-fail-on-data: constraint b_a_fkey of public.b: rows that break it stop the migration
-- may-fail-on-data: constraint c_b_fkey of public.c: rows that break it stop the migration
-- may-fail-on-data: constraint c_self_fkey of public.c: rows that break it stop the migration
-- may-fail-on-data: constraint xy of public.b: rows that break it stop the migration

alter table public.b drop constraint b_a_fkey;

alter table public.b drop constraint xy;

alter table public.a drop constraint a_x_y_key;

alter table public.c drop constraint c_b_fkey;

alter table public.c drop constraint c_self_fkey;

alter table public.a add constraint a_y_x_key UNIQUE (y, x);

alter table public.b add constraint b_a_fkey FOREIGN KEY (a) REFERENCES public.a(id) ON DELETE CASCADE not valid;

alter table public.b add constraint xy FOREIGN KEY (y, x) REFERENCES public.a(y, x) ON DELETE SET NULL (y) not valid;

alter table public.c add constraint c_b_fkey FOREIGN KEY (b) REFERENCES public.b(id) NOT VALID;

alter table public.c add constraint c_self_fkey FOREIGN KEY (self) REFERENCES public.c(id) ON DELETE SET DEFAULT DEFERRABLE not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.b validate constraint b_a_fkey;

alter table public.b validate constraint xy;

alter table public.c validate constraint c_self_fkey;
