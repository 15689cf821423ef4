-- change.sql

-- Written by kitdb generate: ~3 types, ~1 constraint, ~3 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.invoice.lines: values that do not fit the new public."Price tag" stop the migration
-- may-fail-on-data: public.invoice.tag: values that do not fit the new public."Price tag" stop the migration
-- may-fail-on-data: public.invoice.tags: values that do not fit the new public."Price tag" stop the migration
-- rewrites-table: every row of public.invoice is written anew

drop view public.first_lines;

alter domain public.tag drop constraint tag_check;

drop function public.sum_of(public.line[]);

alter type public.kind rename to kind__old;

create type public.kind as enum ('cymbal', 'drum', 'stick');

alter type public."Price tag" rename to "Price tag__old";

create type public."Price tag" as (currency text, amount numeric(12, 2), "of kind" public.kind, note text);

alter type public.line rename to line__old;

create type public.line as (price public."Price tag", sku text, prices public."Price tag"[], at timestamptz, "more$$" text);

alter domain public.tag rename to tag__old;

create domain public.tag as public."Price tag";

alter domain public.tag add constraint tag_check CHECK (((VALUE).amount > (0)::numeric));

create function pg_temp."Price tag"(given public."Price tag__old"[]) returns public."Price tag"[] language plpgsql as $$
declare
  made public."Price tag"[] := case when given is not null then '{}'::public."Price tag"[] end;
begin
  if array_ndims(given) > 1 then
    raise exception 'an array of public."Price tag" has several dimensions' using errcode = 'array_subscript_error';
  end if;
  for i in coalesce(array_lower(given, 1), 1) .. coalesce(array_upper(given, 1), 0) loop
    made[i] := case when given[i] is not distinct from null then null else row((given[i]).currency, (given[i]).amount::numeric(12,2), (given[i])."of kind"::text::public.kind, (given[i]).note)::public."Price tag" end;
  end loop;
  return made;
end
$$;

create function pg_temp.line(given public.line__old[]) returns public.line[] language plpgsql as $$
declare
  made public.line[] := case when given is not null then '{}'::public.line[] end;
begin
  if array_ndims(given) > 1 then
    raise exception 'an array of public.line has several dimensions' using errcode = 'array_subscript_error';
  end if;
  for i in coalesce(array_lower(given, 1), 1) .. coalesce(array_upper(given, 1), 0) loop
    made[i] := case when given[i] is not distinct from null then null else row(case when (given[i]).price is not distinct from null then null else row(((given[i]).price).currency, ((given[i]).price).amount::numeric(12,2), ((given[i]).price)."of kind"::text::public.kind, ((given[i]).price).note)::public."Price tag" end, (given[i]).sku, pg_temp."Price tag"((given[i]).prices), (given[i]).at, null)::public.line end;
  end loop;
  return made;
end
$$;

alter table public.invoice alter column lines type public.line[] using pg_temp.line(lines);

drop function pg_temp.line(public.line__old[]);

drop function pg_temp."Price tag"(public."Price tag__old"[]);

alter table public.invoice alter column tag type public.tag using case when (tag::public."Price tag__old") is not distinct from null then null else row(((tag::public."Price tag__old")).currency, ((tag::public."Price tag__old")).amount::numeric(12,2), ((tag::public."Price tag__old"))."of kind"::text::public.kind, ((tag::public."Price tag__old")).note)::public."Price tag" end::public.tag;

create function pg_temp.tag(given public.tag__old[]) returns public.tag[] language plpgsql as $$
declare
  made public.tag[] := case when given is not null then '{}'::public.tag[] end;
begin
  if array_ndims(given) > 1 then
    raise exception 'an array of public.tag has several dimensions' using errcode = 'array_subscript_error';
  end if;
  for i in coalesce(array_lower(given, 1), 1) .. coalesce(array_upper(given, 1), 0) loop
    made[i] := case when (given[i]::public."Price tag__old") is not distinct from null then null else row(((given[i]::public."Price tag__old")).currency, ((given[i]::public."Price tag__old")).amount::numeric(12,2), ((given[i]::public."Price tag__old"))."of kind"::text::public.kind, ((given[i]::public."Price tag__old")).note)::public."Price tag" end::public.tag;
  end loop;
  return made;
end
$$;

alter table public.invoice alter column tags type public.tag[] using pg_temp.tag(tags);

drop function pg_temp.tag(public.tag__old[]);

create function public.sum_of(l public.line[]) returns bigint language sql immutable as $$ select 1::bigint $$;

create view public.first_lines as select id, lines[1] as line from public.invoice;

drop type public.line__old;

drop domain public.tag__old;

drop type public."Price tag__old";

drop type public.kind__old;
