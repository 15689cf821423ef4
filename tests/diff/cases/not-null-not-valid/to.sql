-- servers: 18
create table public.t (id int primary key, a int);
alter table public.t add constraint a_nn not null a not valid;
