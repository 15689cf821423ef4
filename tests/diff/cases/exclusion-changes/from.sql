create table public.t (id int primary key, during tstzrange, exclude using gist (during with &&));
