create table public.m (d date not null, owner uuid) partition by list (d);
create table public.m1 partition of public.m for values in ('2024-01-01');
create function public.f() returns trigger language plpgsql as $$ begin return new; end $$;
