create table public.t (id int primary key, a int, b int, c text);
create statistics public.s (dependencies) on a, b from public.t;
create statistics public.gone on (a + b) from public.t;
create statistics public.kept (mcv) on b, c from public.t;
