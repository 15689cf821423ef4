-- flags: --rename none --allow-destructive

create table public.base (id bigint primary key, note text default 'm', at date, check (id > 1));
create table public.kid (id int not null, note text default 'n', extra int, check (id > 0));
create table public.kid2 (unique (note, id)) inherits (public.base);
