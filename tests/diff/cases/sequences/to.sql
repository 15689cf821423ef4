-- flags: --rename none

create sequence public.s1 as int start 20 increment -1 minvalue -100 maxvalue 2000 cycle;
create sequence public.s2 as bigint owned by none;
create unlogged sequence public.s3;
create table public.t (id int default nextval('public.s1') not null, b int default (nextval('public.s2') + 1), c bigint default nextval('public.s3'));
grant select, update on sequence public.s1 to authenticated;
