create sequence public.s;
create table public.t (id bigint primary key default nextval('public.s'), x int);
