create function create_hypertable(relation regclass, time_column_name name, partitioning_column name default null,
  number_partitions int default null, chunk_time_interval anyelement default null::bigint, if_not_exists boolean default false,
  migrate_data boolean default false) returns table (hypertable_id int, schema_name name, table_name name, created boolean)
language sql as $f$
  select 1, n.nspname, c.relname, true from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = relation $f$;
create function time_bucket(bucket_width interval, ts timestamptz) returns timestamptz language sql immutable strict parallel safe as $f$
  select date_bin(bucket_width, ts, timestamptz '2000-01-03') $f$;
create function time_bucket(bucket_width interval, ts timestamp) returns timestamp language sql immutable strict parallel safe as $f$
  select date_bin(bucket_width, ts, timestamp '2000-01-03') $f$;
