create table public.m (d date not null, owner uuid) partition by list (d);
create table public.m1 partition of public.m for values in ('2024-01-01', '2024-01-02');
create function public.f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on public.m for each row execute function public.f();
alter table public.m enable row level security;
alter table public.m1 enable row level security;
create policy own on public.m using (owner = auth.uid());
create policy own on public.m1 using (owner = auth.uid());
