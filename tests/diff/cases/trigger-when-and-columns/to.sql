create table public.t (id int, a int, b bigint);
create function public.f() returns trigger language plpgsql as 'begin return new; end';
create trigger tr before update of a, b on public.t for each row when (old.b is distinct from new.b) execute function public.f();
