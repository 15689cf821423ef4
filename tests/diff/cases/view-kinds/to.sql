create table public.t (id int primary key, parent int, a text);
create view public.checked with (security_barrier) as select id, a from public.t where a <> '' with cascaded check option;
create recursive view public.tree (id, depth) as select id, 0 from public.t union all select t.id, depth + 1 from public.t join tree on tree.id = t.parent where depth < 10;
create view public.renamed as select id as first, a as two from public.t;
