-- flags: --allow-destructive
create table public.a (n int default 0);
create sequence public.s;
