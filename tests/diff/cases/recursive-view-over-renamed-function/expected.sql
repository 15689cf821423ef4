-- change.sql

-- Written by kitdb generate: +1 function, -1 function, ~1 view.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.depth(integer) is dropped

drop view public.tree;

create function public.depth(bigint) returns bigint language sql stable as 'select $1';

create view public.tree as with recursive t as (select id, 0::bigint as d from public.n where up is null union all select n.id, public.depth(t.d) + 1 from public.n n join t on n.up = t.id) select * from t;

drop function public.depth(integer);
