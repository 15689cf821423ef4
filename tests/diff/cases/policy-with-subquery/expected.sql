-- change.sql

-- Written by kitdb generate: +1 column, ~1 policy.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter table public.m add column role text not null default 'reader'::text;

alter policy p on public.t
  using (org IN ( SELECT m.org
   FROM public.m
  WHERE (m.member = ( SELECT auth.uid() AS uid))))
  with check (org IN ( SELECT m.org
   FROM public.m
  WHERE ((m.member = ( SELECT auth.uid() AS uid)) AND (m.role = 'writer'::text))));
