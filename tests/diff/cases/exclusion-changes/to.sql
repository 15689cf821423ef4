create table public.t (id int primary key, during tstzrange, room box, exclude using gist (during with &&, room with &&) where (during is not null) deferrable);
