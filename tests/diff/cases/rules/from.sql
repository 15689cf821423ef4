create table public.t (id int primary key);
create table public.log (id int);
create rule r as on insert to public.t do also insert into public.log values (new.id);
create rule gone as on update to public.t do nothing;
