create table public.t (a int, b int, constraint k unique nulls not distinct (a, b));
