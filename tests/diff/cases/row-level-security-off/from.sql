create table public.t (id int primary key);
alter table public.t enable row level security;
alter table public.t force row level security;
