create function public.admin() returns boolean language sql security definer as 'select true';
