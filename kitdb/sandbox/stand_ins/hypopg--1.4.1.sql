create function hypopg_create_index(sql_order text, out indexrelid oid, out indexname text) returns setof record language sql as $f$
  select 0::oid, '<0>hypothetical'::text $f$;
create function hypopg_drop_index(indexid oid) returns boolean language sql as $f$ select true $f$;
create function hypopg_reset() returns void language sql as $f$ select $f$;
