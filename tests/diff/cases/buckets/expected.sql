-- change.sql

-- Written by kitdb generate: +1 policy, +1 bucket, -1 bucket, ~1 bucket. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: bucket old of Storage

create policy "read kept" on storage.objects for select to anon using (bucket_id = 'kept');

insert into storage.buckets (id, name, public)
values ('new', 'it''s', false);

update storage.buckets set public = true, file_size_limit = 5242880, allowed_mime_types = array['image/png']::text[] where id = 'kept';

set local storage.allow_delete_query = 'true';

delete from storage.buckets where id = 'old';
