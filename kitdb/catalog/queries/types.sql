-- Enums, domains, stand-alone composite types and ranges; not a table's row type, nor the types that come with others.
select
  t.oid,
  t.typrelid as relation,
  n.nspname as schema,
  t.typname as name,
  case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' else 'range' end as kind,
  pg_catalog.pg_get_userbyid(t.typowner) as owner,
  array(
    select e.enumlabel::pg_catalog.text
    from pg_catalog.pg_enum e
    where e.enumtypid = t.oid
    order by e.enumsortorder) as labels,
  pg_catalog.format_type(b.oid, t.typtypmod) as type_text,
  bn.nspname as type_schema,
  coalesce(el.typname, b.typname) as type_name,
  el.oid is not null as type_array,
  t.typndims as dimensions,
  t.typtypmod as modifier,
  t.typnotnull as not_null,
  case when t.typtype = 'd' then coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault) end as default,
  case when t.typtype = 'd' and t.typcollation <> b.typcollation and co.oid is not null
    then pg_catalog.format('%%I.%%I', cn.nspname, co.collname) end as collation,
  mn.nspname as multirange_schema,
  m.typname as multirange_name,
  case when t.typtype = 'r' then pg_catalog.concat_ws(
    ', ',
    'subtype = ' || pg_catalog.format_type(rg.rngsubtype, null),
    'subtype_opclass = ' || pg_catalog.quote_ident(opn.nspname) || '.' || pg_catalog.quote_ident(op.opcname),
    'collation = ' || pg_catalog.quote_ident(rcn.nspname) || '.' || pg_catalog.quote_ident(rc.collname),
    'canonical = ' || nullif(rg.rngcanonical, 0)::pg_catalog.regproc::pg_catalog.text,
    'subtype_diff = ' || nullif(rg.rngsubdiff, 0)::pg_catalog.regproc::pg_catalog.text,
    'multirange_type_name = ' || pg_catalog.format_type(rg.rngmultitypid, null)) end as definition,
  de.description as comment
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
left join pg_catalog.pg_range rg on rg.rngtypid = t.oid
left join pg_catalog.pg_type b on b.oid = case t.typtype when 'd' then t.typbasetype when 'r' then rg.rngsubtype end
left join pg_catalog.pg_type el on el.oid = b.typelem and el.typarray = b.oid
left join pg_catalog.pg_namespace bn on bn.oid = coalesce(el.typnamespace, b.typnamespace)
left join pg_catalog.pg_collation co on co.oid = t.typcollation
left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
left join pg_catalog.pg_type m on m.oid = rg.rngmultitypid
left join pg_catalog.pg_namespace mn on mn.oid = m.typnamespace
left join pg_catalog.pg_opclass op on op.oid = rg.rngsubopc
left join pg_catalog.pg_namespace opn on opn.oid = op.opcnamespace
left join pg_catalog.pg_collation rc on rc.oid = rg.rngcollation
left join pg_catalog.pg_namespace rcn on rcn.oid = rc.collnamespace
left join pg_catalog.pg_class c on c.oid = t.typrelid
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass and de.objoid = t.oid and de.objsubid = 0
where t.typnamespace = any (%(schemas)s::pg_catalog.oid[])
  and (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c')
  and not exists (
    select from pg_catalog.pg_depend e
    where e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and e.objid = t.oid and e.deptype = 'e')
order by n.nspname, t.typname
