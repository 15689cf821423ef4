-- change.sql

-- Written by kitdb generate: +1 policy, +1 bucket, -1 bucket, ~1 policy, ~1 bucket. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: bucket b of Storage

create policy "c ins" on storage.objects for insert to authenticated with check (bucket_id = 'c d');

alter policy "a all" on storage.objects
  to authenticated
  using ((bucket_id = 'a'::text) AND ((storage.foldername(name))[1] = ( SELECT (auth.uid())::text AS uid)));

insert into storage.buckets (id, name, public)
values ('c d', 'c d', true);

update storage.buckets set public = false, file_size_limit = 1048576, allowed_mime_types = array['image/png', 'image/*']::text[] where id = 'a';

set local storage.allow_delete_query = 'true';

delete from storage.buckets where id = 'b';
