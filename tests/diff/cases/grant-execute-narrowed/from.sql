create function public.secret() returns int language sql as 'select 1';
grant execute on function public.secret() to anon, authenticated;
