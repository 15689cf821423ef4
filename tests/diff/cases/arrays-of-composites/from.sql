create type public.kind as enum ('drum', 'cymbal');
create type public."Price tag" as (amount int, currency text, "of kind" public.kind, note text);
create domain public.tag as public."Price tag" check ((value).amount > 0);
create type public.line as (sku text, price public."Price tag", prices public."Price tag"[], at timestamptz);
create table public.invoice (id int primary key, lines public.line[] not null, tags public.tag[], tag public.tag);
create view public.first_lines as select id, lines[1] as line from public.invoice;
create function public.sum_of(l public.line[]) returns bigint language sql immutable as $$ select 1::bigint $$;
