create function public.f() returns event_trigger language plpgsql as $$ begin end $$;
create function public.g() returns event_trigger language plpgsql as $$ begin null; end $$;
create event trigger a on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function public.g();
create event trigger b on sql_drop execute function public.f();
alter event trigger b disable;
comment on event trigger b is 'not now';
create event trigger "new ""one""" on ddl_command_end execute function public.g();
