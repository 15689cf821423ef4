create schema app;
create schema private;
create function private.now_text(at timestamptz default now()) returns text language sql stable set search_path = app, public as $$ select at::text $$;
create function app.now_text() returns text language sql stable as $$ select private.now_text() $$;
create view app.v with (security_invoker = on, security_barrier) as select app.now_text() as t;
