-- flags: --allow-destructive
create table public.t (id int primary key, a text, b text generated always as (upper(a)) stored);
