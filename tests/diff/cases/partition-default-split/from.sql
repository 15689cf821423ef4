create table public.e (at date not null, v int) partition by range (at);
create table public.e_rest partition of public.e default;
