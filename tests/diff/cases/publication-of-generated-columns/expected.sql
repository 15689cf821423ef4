-- change.sql

-- Written by kitdb generate: ~2 publications.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter publication p set (publish = 'insert, update, delete, truncate', publish_via_partition_root = false, publish_generated_columns = none);

alter publication q set (publish = 'insert, update, delete, truncate', publish_via_partition_root = false, publish_generated_columns = stored);
