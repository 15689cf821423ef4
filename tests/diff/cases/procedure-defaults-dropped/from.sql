create procedure public.pr(a int, b int default 2) language sql as 'select 1';
