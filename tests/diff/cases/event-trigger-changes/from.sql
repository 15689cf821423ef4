create function public.f() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger a on ddl_command_end when tag in ('CREATE TABLE') execute function public.f();
create event trigger b on sql_drop execute function public.f();
create event trigger "gone one" on ddl_command_start execute function public.f();
