create table public.m (org int, usr int, role int not null default 0, primary key (org, usr, role));
create table public.n (org int, usr int, role int not null default 0, foreign key (org, usr, role) references public.m on delete cascade);
