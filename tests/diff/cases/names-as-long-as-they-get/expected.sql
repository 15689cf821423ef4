-- change.sql

-- Written by kitdb generate: +1 column, +2 constraints, +1 index, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: constraint a_very_long_table_name_that__a_column_name_that_takes_all_check of public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte: rows that break it stop the migration
-- may-fail-on-data: public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte.a_column_name_that_takes_all_the_room_there_is_in_postgres_63_b becomes NOT NULL: rows without a value stop the migration
-- rewrites-table: every row of public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte is written anew

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte add column b integer;

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte add constraint a_very_long_table_name_t_a_column_name_that_takes_not_null check (a_column_name_that_takes_all_the_room_there_is_in_postgres_63_b is not null) not valid;

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte alter column id type bigint;

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte add constraint a_very_long_table_name_that__a_column_name_that_takes_all_check CHECK ((a_column_name_that_takes_all_the_room_there_is_in_postgres_63_b > 0)) not valid;

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte add constraint a_very_long_table_name_that_takes_all_the_room_there_is__b_fkey FOREIGN KEY (b) REFERENCES public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte(id);

-- change_indexes.sql

-- Written by kitdb generate: goes on with change.
-- Indexes that are built while the tables are in use: each statement runs by itself.

create index concurrently a_very_long_table_name_that_t_a_column_name_that_takes_all__idx on public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte using btree (a_column_name_that_takes_all_the_room_there_is_in_postgres_63_b);

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte validate constraint a_very_long_table_name_t_a_column_name_that_takes_not_null;

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte alter column a_column_name_that_takes_all_the_room_there_is_in_postgres_63_b set not null;

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte drop constraint a_very_long_table_name_t_a_column_name_that_takes_not_null;

alter table public.a_very_long_table_name_that_takes_all_the_room_there_is_63_byte validate constraint a_very_long_table_name_that__a_column_name_that_takes_all_check;
