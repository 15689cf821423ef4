-- change.sql

-- Written by kitdb generate: +2 tables.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create table public.a (
  id integer not null,
  b_id integer,
  constraint a_pkey PRIMARY KEY (id)
);

create table public.b (id int primary key, a_id int references public.a);

alter table public.a add constraint a_b FOREIGN KEY (b_id) REFERENCES public.b(id);
