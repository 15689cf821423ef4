create table public.t (id int primary key, name text not null default 'x', n numeric(10,2), created_at timestamptz not null default now(), code text collate "C", up text generated always as (upper(name)) stored);
comment on column public.t.n is 'a number';
