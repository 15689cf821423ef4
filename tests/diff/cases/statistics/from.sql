create table public.t (a int, b int, c text);
create statistics public.s1 on a, b from public.t;
create statistics public.s2 (mcv) on a, b from public.t;
