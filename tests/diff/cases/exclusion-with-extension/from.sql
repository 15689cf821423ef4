create table public.booking (id int generated always as identity primary key, room int not null, during tstzrange not null);
create index booking_during on public.booking using gist (during);
