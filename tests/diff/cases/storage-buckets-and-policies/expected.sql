-- change.sql

-- Written by kitdb generate: +1 policy, +1 bucket, ~1 policy, ~1 bucket.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

drop policy "own avatars" on storage.objects;

create policy "own avatars" on storage.objects for all to authenticated using (bucket_id in ('avatars', 'it''s "new"')) with check (owner = auth.uid());

create policy seen on storage.objects for select using (bucket_id = 'avatars');

insert into storage.buckets (id, name, public)
values ('it''s "new"', 'new', false);

update storage.buckets set public = true, file_size_limit = 100 where id = 'avatars';
