create function public.f() returns trigger language plpgsql as $$ begin return new; end $$;
create table public.t (id int primary key, a text);
create trigger one before insert on public.t for each row execute function public.f();
create trigger two after update on public.t for each row execute function public.f();
create trigger three after insert on public.t for each row execute function public.f();
create constraint trigger four after insert on public.t deferrable initially deferred for each row execute function public.f();
