-- change.sql

-- Written by kitdb generate: +1 publication, +2 publication tables, -1 publication, -2 publication tables, ~2 publications, ~1 publication table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter publication one drop table public.a;

alter publication two drop table public.a;

alter publication two drop table public.b;

drop publication gone;

create publication "new ""one""";

alter publication one set (publish = 'insert', publish_via_partition_root = false);

alter publication one add tables in schema app, public;

comment on publication one is 'of schemas';

alter publication two set (publish = 'insert, update, delete, truncate', publish_via_partition_root = true);

alter publication "new ""one""" add table public.a (id);

alter publication "new ""one""" add table public.b;

alter publication two add table public.b where ((id > 2));
