insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  -- Not SVG: it may carry scripts.
  ('covers', 'covers', true, 5242880, array['image/avif', 'image/gif', 'image/jpeg', 'image/png', 'image/webp']),
  ('audit-dumps', 'audit-dumps', false, null, null);

create trigger keep_audit_dumps
  before delete or update of bucket_id on storage.objects
  for each row
  when (old.bucket_id = 'audit-dumps')
  execute function private.keep_audit_dumps();
