create table public.t (id int primary key, n int);
create table public.log (id int, n int);
create rule logged as on update to public.t do also insert into public.log values (new.id, new.n);
create rule kept as on delete to public.t where old.n > 10 do instead nothing;
alter table public.t disable rule kept;
