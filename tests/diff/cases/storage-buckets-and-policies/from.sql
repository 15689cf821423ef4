insert into storage.buckets (id, name, public) values ('avatars', 'avatars', false);
create policy "own avatars" on storage.objects for select to authenticated using (bucket_id = 'avatars' and owner = auth.uid());
