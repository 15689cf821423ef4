create table public.t (a int not null, b int, c text, check (a < b), constraint named check (c <> '' or b is null), unique (a, b), unique (b, c));
