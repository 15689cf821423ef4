-- flags: --rename none

create unlogged table public.t (id int primary key, a text, b text, c text);
grant select (id, b, c), update (b) on public.t to anon;
grant select, references, trigger on public.t to authenticated;
revoke select on public.t from service_role;
grant insert (a) on public.t to service_role;
