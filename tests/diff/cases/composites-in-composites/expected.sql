-- change.sql

-- Written by kitdb generate: ~2 types, ~2 columns. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: attribute gone of type public.inner_one, with its values
-- may-fail-on-data: public.t.o: values that do not fit the new public.inner_one stop the migration
-- may-fail-on-data: public.t.os: values that do not fit the new public.inner_one stop the migration
-- rewrites-table: every row of public.t is written anew

drop index public.t_a;

alter type public.inner_one rename to inner_one__old;

create type public.inner_one as (b text, a bigint);

alter type public.outer_one rename to outer_one__old;

create type public.outer_one as (first public.inner_one, second public.inner_one, c text, d public.inner_one[]);

alter table public.t alter column o type public.outer_one using case when o is not distinct from null then null else row(case when (o).first is not distinct from null then null else row(((o).first).b, ((o).first).a::bigint)::public.inner_one end, case when (o).second is not distinct from null then null else row(((o).second).b, ((o).second).a::bigint)::public.inner_one end, (o).c, null)::public.outer_one end;

create function pg_temp.outer_one(given public.outer_one__old[]) returns public.outer_one[] language plpgsql as $$
declare
  made public.outer_one[] := case when given is not null then '{}'::public.outer_one[] end;
begin
  if array_ndims(given) > 1 then
    raise exception 'an array of public.outer_one has several dimensions' using errcode = 'array_subscript_error';
  end if;
  for i in coalesce(array_lower(given, 1), 1) .. coalesce(array_upper(given, 1), 0) loop
    made[i] := case when given[i] is not distinct from null then null else row(case when (given[i]).first is not distinct from null then null else row(((given[i]).first).b, ((given[i]).first).a::bigint)::public.inner_one end, case when (given[i]).second is not distinct from null then null else row(((given[i]).second).b, ((given[i]).second).a::bigint)::public.inner_one end, (given[i]).c, null)::public.outer_one end;
  end loop;
  return made;
end
$$;

alter table public.t alter column os type public.outer_one[] using pg_temp.outer_one(os);

drop function pg_temp.outer_one(public.outer_one__old[]);

create index t_a on public.t ((((o).first).a));

drop type public.outer_one__old;

drop type public.inner_one__old;
