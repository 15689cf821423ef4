-- change.sql

-- Written by kitdb generate: +1 column, +1 function, -1 function, ~1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.old() is dropped

create function public.new() returns text language sql as $$ select 'b' $$;

alter table public.t add column more text default public.new();

alter table public.t alter column code set default public.new();

drop function public.old();
