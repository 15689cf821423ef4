-- flags: --allow-destructive
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values ('kept', 'kept', true, 5242880, array['image/png']), ('new', 'it''s', false, null, null);
create policy "read kept" on storage.objects for select to anon using (bucket_id = 'kept');
