create table public.t (a int, b text, c date);
create view public.v as select a, b, c from public.t;
create view public.w as select v.a, v.b from public.v;
create view public.x with (security_invoker = true, security_barrier = true) as select w.* from public.w;
grant select on public.v, public.w to anon;
grant insert (a), update (b) on public.x to authenticated;
comment on view public.w is 'w';
comment on column public.w.b is 'the b';
alter view public.v alter column a set default 3;
