create table public.t (id int not null, a text, d date not null);
grant select (a), update (a) on public.t to anon;
comment on column public.t.a is 'a';
