create procedure public.p(a int) language sql as $$ select a $$;
create procedure public.q(inout a int) language plpgsql as $$ begin a := a + 1; end $$;
comment on procedure public.p(int) is 'p';
grant execute on procedure public.p(int) to anon;
