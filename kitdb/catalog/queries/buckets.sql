-- A table of the platform that gained columns over time: to_jsonb takes those that are there.
select
  b.bucket ->> 'id' as id,
  b.bucket ->> 'name' as name,
  coalesce((b.bucket ->> 'public')::pg_catalog.bool, false) as public,
  (b.bucket ->> 'file_size_limit')::pg_catalog.int8 as file_size_limit,
  case when pg_catalog.jsonb_typeof(b.bucket -> 'allowed_mime_types') = 'array' then array(
    select pg_catalog.jsonb_array_elements_text(b.bucket -> 'allowed_mime_types')) end as allowed_mime_types
from (select pg_catalog.to_jsonb(row) as bucket from storage.buckets as row) as b
order by b.bucket ->> 'id' collate pg_catalog."C"
