-- flags: --rename none

create table public.t (id int primary key, created timestamptz not null default now(), token uuid not null default gen_random_uuid(), "order" smallint not null default 0, big numeric(10, 3)[] not null default '{}', j jsonb not null default '{"a": "b''c"}'::jsonb);
create table public.u (id int primary key, a text not null default 'none', b int, c timestamptz not null default now());
