create table public.t (id int primary key, a text);
create table public.log (id int, a text);
create view public.v as select id, a from public.t;
create rule ins as on insert to public.v do instead insert into public.t values (new.id, new.a);
create rule upd as on update to public.v do instead update public.t set a = new.a where id = old.id;
