create table public.t (a int, b text not null, c date default current_date);
