create table public.t (id int primary key, a timestamp, b text, c boolean, d numeric, e json, f varchar(50), g int, h text[], i date, j "char", k text default '5');
create index t_b on public.t (b);
