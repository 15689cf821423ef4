create table public.t (a int, b int, c text, d jsonb) with (fillfactor = 70);
create statistics public.st (dependencies) on a, b from public.t;
alter table public.t alter column c set statistics 500;
alter table public.t alter column d set storage external;
alter table public.t alter column a set (n_distinct = -0.5);
comment on statistics public.st is 'x';
