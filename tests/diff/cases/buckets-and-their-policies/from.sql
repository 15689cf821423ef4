insert into storage.buckets (id, name, public) values ('a', 'a', true), ('b', 'b', false);
create policy "a all" on storage.objects for select using (bucket_id = 'a');
