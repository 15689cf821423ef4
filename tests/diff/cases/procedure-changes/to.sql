create procedure public.p(a int, b text default 'x') language sql security definer set search_path = '' as $$ select a $$;
create procedure public.q(inout a int) language plpgsql as $$ begin a := a + 2; end $$;
comment on procedure public.p(int, text) is 'p';
revoke execute on procedure public.p(int, text) from public;
