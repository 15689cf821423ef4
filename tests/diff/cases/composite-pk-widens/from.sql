create table public.m (org int, usr int, primary key (org, usr));
create table public.n (org int, usr int, foreign key (org, usr) references public.m on delete cascade);
