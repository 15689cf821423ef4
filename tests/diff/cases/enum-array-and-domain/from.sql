create type public.st as enum ('a', 'b');
create domain public.sd as public.st default 'a';
create table public.t (id int primary key, one public.st[] default '{a}', two public.sd);
