create table public.t (id int primary key, a text);
create view public.v as select id, a from public.t;
alter view public.v alter column a set default 'x';
create view public.n as select id, a from public.t;
