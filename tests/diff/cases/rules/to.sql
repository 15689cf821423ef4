create table public.t (id int primary key);
create table public.log (id int);
create rule r as on insert to public.t do also insert into public.log values (new.id + 1);
create rule new as on delete to public.t do instead nothing;
comment on rule new on public.t is 'never';
