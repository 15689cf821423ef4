create function public.f(a int) returns int language sql immutable as $$ select a $$;
comment on function public.f(int) is 'f';
grant execute on function public.f(int) to anon;
revoke execute on function public.f(int) from public;
create table public.t (id int primary key default public.f(1), check (public.f(id) > 0));
create index t_f on public.t (public.f(id));
create view public.v as select public.f(id) from public.t;
alter table public.t enable row level security;
create policy p on public.t using (public.f(id) = 1);
