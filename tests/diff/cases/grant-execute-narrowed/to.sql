create function public.secret() returns int language sql as 'select 1';
revoke execute on function public.secret() from public, anon;
grant execute on function public.secret() to authenticated;
