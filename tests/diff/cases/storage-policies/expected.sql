-- change.sql

-- Written by kitdb generate: +1 policy, +1 bucket, ~1 policy.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

create policy "b" on storage.objects for insert to authenticated with check (bucket_id = 'x');

alter policy a on storage.objects
  to anon, authenticated
  using ((bucket_id = 'x'::text) AND ((storage.foldername(name))[1] = (( SELECT auth.uid() AS uid))::text));

insert into storage.buckets (id, name, public)
values ('x', 'x', false);
