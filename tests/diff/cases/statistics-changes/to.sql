create table public.t (id int primary key, a bigint, b int, c text);
create statistics public.s (dependencies, ndistinct) on a, b from public.t;
create statistics public.kept (mcv) on b, c from public.t;
alter statistics public.kept set statistics 500;
create statistics public."new ones" on (lower(c)), a from public.t;
comment on statistics public.kept is 'kept';
