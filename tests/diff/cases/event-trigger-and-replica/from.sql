create function public.on_ddl() returns event_trigger language plpgsql as $$ begin end $$;
create table public.t (id int primary key, u text not null);
create unique index t_u on public.t (u);
alter table public.t replica identity using index t_u;
