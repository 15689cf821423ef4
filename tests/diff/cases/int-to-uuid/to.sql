-- flags: --allow-destructive
create table public.t (id int primary key, ref uuid);
