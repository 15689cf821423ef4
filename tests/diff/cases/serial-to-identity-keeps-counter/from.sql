create table public.a (id serial primary key, n int);
create table public.b (id bigserial primary key, n int);
create table public.c (id int generated always as identity (start with 100) primary key, n int);
create sequence public.d_seq as int start with 7 increment by 3;
create table public.d (id int not null default nextval('public.d_seq'::regclass) primary key);
alter sequence public.d_seq owned by public.d.id;
