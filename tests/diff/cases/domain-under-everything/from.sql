create domain public.email as text check (value like '%@%');
create domain public.work_email as public.email check (value like '%.%');
create type public.person as (name text, mail public.email);
create table public.t (id int primary key, e public.email not null default 'a@b', es public.email[], w public.work_email, p public.person);
create function public.f(e public.email) returns public.email language sql immutable as $$ select e $$;
create view public.v as select e from public.t;
create index t_e on public.t (e);
