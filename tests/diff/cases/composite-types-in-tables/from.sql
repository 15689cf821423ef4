create type public.money2 as (amount numeric(12, 2), currency char(3));
create type public.line as (sku text, price public.money2, tags text[]);
create table public.invoice (id int primary key, total public.money2, lines public.line[], check ((total).amount > 0));
create function public.total(i public.line[]) returns public.money2 language sql immutable as $$ select row(1, 'EUR')::public.money2 $$;
create view public.amounts as select id, (total).amount from public.invoice;
create index invoice_amount on public.invoice (((total).amount));
