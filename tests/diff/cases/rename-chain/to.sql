create table public.t (
  id int primary key,
  -- kitdb: renamed from a
  b text,
  -- kitdb: renamed from b
  d text,
  c int
);
-- kitdb: renamed from p
create policy q on public.t using (b is not null);
-- kitdb: renamed from q
create policy r on public.t using (d is not null);
-- kitdb: renamed from old
create table public.middle (id int);
-- kitdb: renamed from middle
create table public.new (id int, name text);
