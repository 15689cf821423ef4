-- change.sql

-- Written by kitdb generate: ~1 type.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter type public.st add value 'a' before 'b';

alter type public.st add value 'c' after 'b';

alter type public.st add value 'e';
