-- flags: --allow-destructive
create table public.t (a text, id bigserial primary key);
