create function public.tenant() returns int language sql stable as $$ select 1 $$;
create table public.items (partner int not null default public.tenant(), id uuid not null default gen_random_uuid(), primary key (partner, id)) partition by list (partner);
create table public.items_1 partition of public.items for values in (1);
create table public.items_rest partition of public.items default;
