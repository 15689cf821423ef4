create table public.t (id int primary key, a int, b int);
create table public.u (id int primary key);
create function public.f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger a before insert on public.t for each row execute function public.f();
create trigger b after update of a on public.t for each row execute function public.f();
create constraint trigger c after insert on public.t for each row execute function public.f();
create trigger d after insert on public.u for each statement execute function public.f('x');
