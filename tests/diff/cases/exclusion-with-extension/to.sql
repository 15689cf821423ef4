-- flags: --rename none

create extension btree_gist with schema extensions;
create table public.booking (id int generated always as identity primary key, room int not null, during tstzrange not null, cancelled boolean not null default false, constraint booking_no_overlap exclude using gist (room with =, during with &&) where (not cancelled) deferrable initially deferred);
create index booking_during on public.booking using gist (during);
create index booking_hash on public.booking using hash (room);
