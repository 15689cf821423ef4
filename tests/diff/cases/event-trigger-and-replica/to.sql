-- flags: --rename none

create function public.on_ddl() returns event_trigger language plpgsql as $$ begin raise notice 'x'; end $$;
create table public.t (id bigint primary key, u varchar not null);
create unique index t_u on public.t (u);
alter table public.t replica identity full;
create event trigger watch on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function public.on_ddl();
