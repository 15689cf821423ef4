create table public.t (id int, a int, b int);
create function public.f() returns trigger language plpgsql as 'begin return new; end';
create trigger tr before update of a on public.t for each row when (old.a is distinct from new.a) execute function public.f();
