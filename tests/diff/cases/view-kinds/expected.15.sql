-- change.sql

-- Written by kitdb generate: ~3 views.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop view public.renamed;

create view public.renamed as
SELECT t.id AS first,
    t.a AS two
   FROM public.t;

alter view public.checked set (check_option = cascaded, security_barrier = true);

create or replace view public.tree as
WITH RECURSIVE tree(id, depth) AS (
         SELECT t.id,
            0 AS "?column?"
           FROM public.t
        UNION ALL
         SELECT t.id,
            (tree_1.depth + 1)
           FROM (public.t
             JOIN tree tree_1 ON ((tree_1.id = t.parent)))
          WHERE (tree_1.depth < 10)
        )
 SELECT tree.id,
    tree.depth
   FROM tree;
