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
