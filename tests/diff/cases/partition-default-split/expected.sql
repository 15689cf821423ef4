-- change.sql

-- Written by kitdb generate: +1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: updated partition constraint for default partition "e_rest" would be violated by some row (SQLSTATE 23514) (seen with rows that were put in)

create table public.e_2026 partition of public.e for values from ('2026-01-01') to ('2027-01-01');
