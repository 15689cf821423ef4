create policy "a" on storage.objects for select to anon using (bucket_id = 'x');
