-- flags: --allow-destructive
create table public.t (id int primary key, price numeric(12,2), took interval(0), at timestamptz(0));
