-- change.sql

-- Written by kitdb generate: ~2 types, ~2 columns, ~1 function. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: attribute tags of type public.line, with its values
-- may-fail-on-data: constraint invoice_total_check of public.invoice: rows that break it stop the migration
-- may-fail-on-data: public.invoice.lines: values that do not fit the new public.money2 stop the migration
-- may-fail-on-data: public.invoice.total: values that do not fit the new public.money2 stop the migration
-- rewrites-table: every row of public.invoice is written anew

drop view public.amounts;

drop index public.invoice_amount;

alter table public.invoice drop constraint invoice_total_check;

drop function public.total(public.line[]);

alter type public.money2 rename to money2__old;

create type public.money2 as (amount numeric(14, 4), currency text, rate numeric);

alter type public.line rename to line__old;

create type public.line as (sku text, price public.money2);

create function pg_temp.line(given public.line__old[]) returns public.line[] language plpgsql as $$
declare
  made public.line[] := case when given is not null then '{}'::public.line[] end;
begin
  if array_ndims(given) > 1 then
    raise exception 'an array of public.line has several dimensions' using errcode = 'array_subscript_error';
  end if;
  for i in coalesce(array_lower(given, 1), 1) .. coalesce(array_upper(given, 1), 0) loop
    made[i] := case when given[i] is not distinct from null then null else row((given[i]).sku, case when (given[i]).price is not distinct from null then null else row(((given[i]).price).amount::numeric(14,4), ((given[i]).price).currency::text, null)::public.money2 end)::public.line end;
  end loop;
  return made;
end
$$;

alter table public.invoice alter column lines type public.line[] using pg_temp.line(lines);

drop function pg_temp.line(public.line__old[]);

alter table public.invoice alter column total type public.money2 using case when total is not distinct from null then null else row((total).amount::numeric(14,4), (total).currency::text, null)::public.money2 end;

alter table public.invoice add constraint invoice_total_check CHECK (((total).amount > (0)::numeric)) not valid;

create index invoice_amount on public.invoice (((total).amount));

create function public.total(i public.line[]) returns public.money2 language sql immutable as $$ select row(1, 'EUR', 1)::public.money2 $$;

create view public.amounts as select id, (total).amount from public.invoice;

drop type public.line__old;

drop type public.money2__old;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.invoice validate constraint invoice_total_check;
