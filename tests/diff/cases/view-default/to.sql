create table public.t (id int primary key, a text);
create view public.v as select id, a from public.t;
create view public.n as select id, a from public.t;
alter view public.n alter column a set default 'y';
