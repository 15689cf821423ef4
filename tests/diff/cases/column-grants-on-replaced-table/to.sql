create table public.t (id int not null, a text, d date not null) partition by range (d);
create table public.t_all partition of public.t default;
grant select (a), update (a, d) on public.t to anon;
comment on column public.t.a is 'a';
