insert into storage.buckets (id, name) values ('x', 'x');
create policy "a" on storage.objects for select to anon, authenticated using (bucket_id = 'x' and (storage.foldername(name))[1] = (select auth.uid())::text);
create policy "b" on storage.objects for insert to authenticated with check (bucket_id = 'x');
