-- change.sql

-- Written by kitdb generate: +1 table, ~2 constraints.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint b_a_id_fkey of public.b: rows that break it stop the migration
-- may-fail-on-data: constraint b_x_y_fkey of public.b: rows that break it stop the migration

alter table public.b drop constraint b_a_id_fkey;

alter table public.b drop constraint b_x_y_fkey;

create table public.c (id int primary key, x int, y int, foreign key (x, y) references public.a (x, y) on delete set null (y) deferrable initially deferred);

alter table public.b add constraint b_a_id_fkey FOREIGN KEY (a_id) REFERENCES public.a(id) ON UPDATE RESTRICT ON DELETE CASCADE not valid;

alter table public.b add constraint b_x_y_fkey FOREIGN KEY (x, y) REFERENCES public.a(x, y) MATCH FULL ON DELETE SET NULL not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.b validate constraint b_a_id_fkey;

alter table public.b validate constraint b_x_y_fkey;
