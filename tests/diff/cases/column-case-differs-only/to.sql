-- flags: --rename 'public.t."Name"=name'
create table public.t (id int, name text);
