select
  pub.oid,
  pub.pubname as name,
  pg_catalog.pg_get_userbyid(pub.pubowner) as owner,
  pub.puballtables as all_tables,
  pg_catalog.array_remove(array[
    case when pub.pubinsert then 'insert' end,
    case when pub.pubupdate then 'update' end,
    case when pub.pubdelete then 'delete' end,
    case when pub.pubtruncate then 'truncate' end], null) as operations,
  pub.pubviaroot as via_root,
  coalesce(pg_catalog.to_jsonb(pub) ->> 'pubgencols' = 's', false) as generated_columns,
  array(
    select n.nspname::pg_catalog.text
    from pg_catalog.pg_publication_namespace pn
    join pg_catalog.pg_namespace n on n.oid = pn.pnnspid
    where pn.pnpubid = pub.oid
    order by n.nspname) as schemas,
  de.description as comment
from pg_catalog.pg_publication pub
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_publication'::pg_catalog.regclass and de.objoid = pub.oid and de.objsubid = 0
where pub.pubname !~ '^supabase_realtime_messages_publication'
order by pub.pubname
