create domain public.code as varchar(8) not null default 'x' check (value ~ '^[a-z0-9]+$');
create domain public.short_code as public.code check (length(value) < 4);
create table public.p (c public.code primary key, s public.short_code);
create table public.k (id int, c public.code references public.p (c), cs public.code[]);
create index k_c on public.k (c);
create function public.f(c public.code) returns public.code language sql as $$ select c $$;
create view public.v as select c, s from public.p where c <> 'a';
