create table public.t (id int primary key, a text);
create table public.u (id int primary key, t_id int);
create view public.v as select t.id, t.a, count(u.id) as n from public.t left join public.u on u.t_id = t.id group by t.id;
