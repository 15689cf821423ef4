-- flags: --rename none --allow-destructive

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values ('a', 'a', false, 1048576, array['image/png', 'image/*']), ('c d', 'c d', true, null, null);
create policy "a all" on storage.objects for select to authenticated using (bucket_id = 'a' and (storage.foldername(name))[1] = (select auth.uid()::text));
create policy "c ins" on storage.objects for insert to authenticated with check (bucket_id = 'c d');
