create table public.t (id bigint primary key, a text);
create table public.log (id int, a text);
create view public.v as select id, a from public.t;
create rule ins as on insert to public.v do instead insert into public.t values (new.id, new.a);
create rule del as on delete to public.v do instead nothing;
create rule logged as on insert to public.t where new.a is not null do also insert into public.log values (1, new.a);
alter table public.t disable rule logged;
