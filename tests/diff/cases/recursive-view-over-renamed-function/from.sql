create table public.n (id int primary key, up int references public.n);
create function public.depth(int) returns int language sql stable as 'select $1';
create view public.tree as with recursive t as (select id, 0 as d from public.n where up is null union all select n.id, public.depth(t.d) + 1 from public.n n join t on n.up = t.id) select * from t;
