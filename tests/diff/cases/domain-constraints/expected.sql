-- change.sql

-- Written by kitdb generate: +2 constraints, -1 constraint, ~1 type, ~1 constraint.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: column "d" of table "t" contains values that violate the new constraint (SQLSTATE 23514) (seen with rows that were put in)

alter domain public.d drop constraint gone;

alter domain public.d drop constraint low;

alter domain public.d set default 5;

alter domain public.d add constraint high CHECK ((VALUE < 1000));

alter domain public.d add constraint later CHECK ((VALUE <> 7)) NOT VALID;

alter domain public.d add constraint low CHECK ((VALUE > 1));
