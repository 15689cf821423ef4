-- change.sql

-- Written by kitdb generate: +1 function, -1 function, ~1 policy.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function public.mine(uuid) is dropped

create function public.mine(o uuid, strict boolean) returns boolean language sql stable security definer set search_path = '' as $$ select strict $$;

alter policy p on public.t
  using (public.mine(org, true));

drop function public.mine(uuid);
