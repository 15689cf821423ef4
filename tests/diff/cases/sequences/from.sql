create sequence public.s1 start 10 increment 5 minvalue 5 maxvalue 1000 cache 3;
create sequence public.s2 as smallint;
create table public.t (id int default nextval('public.s1'), b int default nextval('public.s2'));
grant usage on sequence public.s1 to anon;
