create domain public.code as text constraint code_check check (value <> '');
create table public.t (id int primary key, c public.code, cs public.code[]);
create view public.v as select c from public.t;
