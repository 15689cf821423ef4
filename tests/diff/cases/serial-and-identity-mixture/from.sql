create table public.a (id serial primary key, n smallserial);
create table public.b (id int generated always as identity (start 5) primary key);
create table public.c (id bigint primary key);
create sequence public.shared;
create table public.d (id int primary key default nextval('public.shared'));
