create table public.t (a int);
create function public.f() returns trigger language plpgsql as 'begin return null; end';
