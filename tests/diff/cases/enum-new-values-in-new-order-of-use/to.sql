create type public.st as enum ('a', 'b');
create domain public.code as text default 'x' not null check (value <> '') constraint short check (length(value) < 10);
comment on domain public.code is 'a code';
create table public.t (id int primary key, c public.code default 'b');
