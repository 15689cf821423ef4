create function public.g(a int, out b int, out c text, out d boolean) language sql as 'select 1, ''x'', true';
