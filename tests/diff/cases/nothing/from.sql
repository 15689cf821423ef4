create table public.t (a int, b text);
alter table public.t drop column a;
alter table public.t add column a int;
create view public.v as select t1.b from public.t t1 join public.t t2 using (a);
