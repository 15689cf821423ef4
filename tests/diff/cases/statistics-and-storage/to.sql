-- flags: --rename none

create table public.t (a int, b int, c text, d jsonb) with (autovacuum_enabled = false, toast.autovacuum_enabled = false);
create statistics public.st (ndistinct, mcv) on a, b, (lower(c)) from public.t;
alter statistics public.st set statistics 200;
alter table public.t alter column c set storage main;
alter table public.t alter column d set compression pglz;
comment on statistics public.st is 'y';
