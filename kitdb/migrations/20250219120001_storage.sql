-- Written by kitdb generate: 2 buckets, 5 policies.
-- Change the declared schema and generate again, not this file.

-- schemas/90_storage.sql

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  -- Not SVG: it may carry scripts.
  ('covers', 'covers', true, 5242880, array['image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp']),
  ('audit-dumps', 'audit-dumps', false, null, null);

create trigger keep_audit_dumps
  before delete or update of bucket_id on storage.objects
  for each row
  when (old.bucket_id = 'audit-dumps')
  execute function private.keep_audit_dumps();

-- policies/storage_objects.sql

-- Storage has enabled row level security on its tables and granted them to the API roles; these policies open the two
-- buckets. Size and type of a cover are the bucket's own limits, which the Storage API enforces.
create policy storage_objects_select_anon on storage.objects
  for select to anon
  using (bucket_id = 'covers');

create policy storage_objects_select on storage.objects
  for select to authenticated
  using (
    bucket_id = 'covers'
    or (bucket_id = 'audit-dumps' and (select private.is_admin()))
  );

create policy storage_objects_insert on storage.objects
  for insert to authenticated
  with check (bucket_id = 'covers' and (storage.foldername(name))[1] = (select auth.uid())::text);

create policy storage_objects_update on storage.objects
  for update to authenticated
  using (bucket_id = 'covers' and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (bucket_id = 'covers' and (storage.foldername(name))[1] = (select auth.uid())::text);

create policy storage_objects_delete on storage.objects
  for delete to authenticated
  using (bucket_id = 'covers' and (storage.foldername(name))[1] = (select auth.uid())::text);
