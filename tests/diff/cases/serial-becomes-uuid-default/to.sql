-- flags: --allow-destructive
create table public.t (id uuid primary key default gen_random_uuid(), x text);
create table public.c (t uuid references public.t);
