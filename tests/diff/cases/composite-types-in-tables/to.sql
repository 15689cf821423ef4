-- flags: --rename none --allow-destructive

create type public.money2 as (amount numeric(14, 4), currency text, rate numeric);
create type public.line as (sku text, price public.money2);
create table public.invoice (id int primary key, total public.money2, lines public.line[], check ((total).amount > 0));
create function public.total(i public.line[]) returns public.money2 language sql immutable as $$ select row(1, 'EUR', 1)::public.money2 $$;
create view public.amounts as select id, (total).amount from public.invoice;
create index invoice_amount on public.invoice (((total).amount));
