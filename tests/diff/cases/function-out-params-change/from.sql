create function public.g(a int, out b int, out c text) language sql as 'select 1, ''x''';
