-- change.sql

-- Written by kitdb generate: -1 column, ~1 policy, ~1 view. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column public.t.owner, with its values

drop view public.v;

create view public.v with (security_invoker = true) as select id from public.t;

comment on view public.v is 'kept';

grant select on public.v to anon;

alter policy p on public.t
  using (b = 'x'::text);

alter table public.t drop column owner;
