create table public.t (id int primary key, parent int, a text);
create view public.checked as select id, a from public.t where a <> '' with local check option;
create recursive view public.tree (id, depth) as select id, 1 from public.t union all select t.id, depth + 1 from public.t join tree on tree.id = t.parent;
create view public.renamed as select id as one, a as two from public.t;
