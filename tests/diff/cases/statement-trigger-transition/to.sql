create table public.t (a int);
create function public.f() returns trigger language plpgsql as 'begin perform 1 from fresh; return null; end';
create trigger tt after insert on public.t referencing new table as fresh for each statement execute function public.f();
