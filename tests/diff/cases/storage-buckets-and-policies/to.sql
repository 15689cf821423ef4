insert into storage.buckets (id, name, public, file_size_limit) values ('avatars', 'avatars', true, 100), ('it''s "new"', 'new', false, null);
create policy "own avatars" on storage.objects for all to authenticated using (bucket_id in ('avatars', 'it''s "new"')) with check (owner = auth.uid());
create policy seen on storage.objects for select using (bucket_id = 'avatars');
