create table public.t (a int, b int, unique (a, b));
