create table public.t (a int, b int, constraint k unique (a, b));
