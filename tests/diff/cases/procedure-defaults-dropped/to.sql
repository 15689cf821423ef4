create procedure public.pr(a int, b int) language sql as 'select 1';
