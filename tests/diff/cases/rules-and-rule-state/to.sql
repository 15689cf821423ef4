-- flags: --rename none

create table public.t (id int primary key, n bigint, m text);
create table public.log (id int, n bigint, m text);
create rule logged as on update to public.t do also insert into public.log values (new.id, new.n, new.m);
create rule kept as on delete to public.t where old.n > 10 do instead nothing;
comment on rule kept on public.t is 'none goes';
