-- fails: there is b already
-- flags: --rename public.t.a=b
create table public.t (id int primary key, b text);
