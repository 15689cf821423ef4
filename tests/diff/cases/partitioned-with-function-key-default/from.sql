create function public.tenant() returns int language sql stable as $$ select 1 $$;
