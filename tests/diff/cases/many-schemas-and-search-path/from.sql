create schema app;
create function app.now_text() returns text language sql stable as $$ select now()::text $$;
