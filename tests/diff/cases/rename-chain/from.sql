create table public.t (id int primary key, a text, b text, c int);
create policy p on public.t using (a is not null);
create policy q on public.t using (b is not null);
create table public.old (id int);
create table public.middle (id int, name text);
