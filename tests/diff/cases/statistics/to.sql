create table public.t (a bigint, b int, c text);
create statistics public.s1 on a, b from public.t;
alter statistics public.s1 set statistics 50;
create statistics public.s2 (ndistinct) on a, (lower(c)) from public.t;
comment on statistics public.s2 is 'two';
