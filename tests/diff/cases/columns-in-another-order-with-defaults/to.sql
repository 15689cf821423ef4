create table public.t (c date default now(), z bigint not null default 5, b text, a int not null default 1);
