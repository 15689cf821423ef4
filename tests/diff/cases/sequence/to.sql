create sequence public.s as int increment by 2 minvalue 100 maxvalue 1000 start with 200 cache 5 cycle;
create sequence public.made start 5;
create table public.t (n int default nextval('public.made'));
