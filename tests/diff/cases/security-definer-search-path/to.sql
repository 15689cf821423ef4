create function public.admin() returns boolean language sql stable security definer set search_path = '' as 'select true';
