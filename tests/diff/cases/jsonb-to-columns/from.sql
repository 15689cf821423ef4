create table public.u (id int primary key, meta jsonb not null default '{}');
