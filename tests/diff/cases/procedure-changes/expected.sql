-- change.sql

-- Written by kitdb generate: +1 procedure, -1 procedure, ~1 procedure.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: procedure public.p(integer) is dropped

drop procedure public.p(integer);

create procedure public.p(a int, b text default 'x') language sql security definer set search_path = '' as $$ select a $$;

comment on procedure public.p(integer,text) is 'p';

revoke execute on procedure public.p(integer,text) from public;

create or replace procedure public.q(inout a int) language plpgsql as $$ begin a := a + 2; end $$;
