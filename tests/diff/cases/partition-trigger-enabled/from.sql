create table public.m (d date not null, n int) partition by range (d);
create table public.m_a partition of public.m for values from ('2024-01-01') to ('2025-01-01');
create function public.f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on public.m for each row execute function public.f();
create trigger only_a after update of n on public.m_a for each row when (old.n is distinct from new.n) execute function public.f();
