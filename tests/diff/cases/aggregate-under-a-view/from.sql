create function public.step(s int, v int) returns int language sql immutable as $$ select s + v $$;
create aggregate public.total (int) (sfunc = public.step, stype = int, initcond = '0');
create table public.t (id int primary key, n int);
create view public.v as select public.total(n) as n from public.t;
comment on aggregate public.total(int) is 'sums';
grant execute on function public.total(int) to anon;
