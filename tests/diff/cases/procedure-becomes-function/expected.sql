-- change.sql

-- Written by kitdb generate: +1 procedure, +1 function, -1 function, -1 procedure.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.f() is dropped
-- breaks-clients: procedure public.p(integer) is dropped

drop function public.f();

create procedure public.f() language sql as $$ select 1 $$;

drop procedure public.p(integer);

create function public.p(a int) returns int language sql as $$ select a $$;
