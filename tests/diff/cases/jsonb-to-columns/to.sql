create table public.u (id int primary key, meta jsonb not null default '{}', name text generated always as (meta ->> 'name') stored, check (jsonb_typeof(meta) = 'object'));
