-- Which object needs which other, both as kitdb.catalog.structure names them; "default" is that of a column. The platform
-- and Postgres itself do not change, so only what is in these schemas, or hangs on something there, counts.
with thing (class, id, sub, kind, name) as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0,
    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
    pg_catalog.format('%%I.%%I', n.nspname, c.relname)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid >= 16384 and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
  union all
  -- The columns of views go with their view.
  select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum,
    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'column' end,
    case when c.relkind in ('v', 'm') then pg_catalog.format('%%I.%%I', n.nspname, c.relname)
      else pg_catalog.format('%%I.%%I.%%I', n.nspname, c.relname, a.attname) end
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.oid >= 16384 and c.relkind in ('r', 'p', 'f', 'v', 'm') and a.attnum > 0 and not a.attisdropped
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum, 'type',
    pg_catalog.format('%%I.%%I', n.nspname, c.relname)
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join lateral (
    select 0 as attnum
    union all
    select at.attnum from pg_catalog.pg_attribute at where at.attrelid = c.oid and at.attnum > 0) a on true
  where c.oid >= 16384 and c.relkind = 'c'
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum,
    case when con.conname is null then 'index' else 'constraint' end,
    case when con.conname is null then pg_catalog.format('%%I.%%I', n.nspname, c.relname)
      else pg_catalog.format('%%I.%%I.%%I', n.nspname, t.relname, con.conname) end
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  join pg_catalog.pg_class t on t.oid = i.indrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_constraint con
    on con.conindid = i.indexrelid and con.conrelid = i.indrelid and con.contype in ('p', 'u', 'x')
  join lateral (
    select 0 as attnum
    union all
    select at.attnum from pg_catalog.pg_attribute at where at.attrelid = c.oid and at.attnum > 0) a on true
  where c.oid >= 16384
  union all
  select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, d.oid, 0,
    case when a.attgenerated = '' then 'default' else 'column' end,
    pg_catalog.format('%%I.%%I.%%I', n.nspname, c.relname, a.attname)
  from pg_catalog.pg_attrdef d
  join pg_catalog.pg_class c on c.oid = d.adrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  union all
  -- A type that comes with another object (a table's rows, an array, a multirange) is that object.
  select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0,
    case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'c' then 'type'
      else case when c.oid is null then 'type' else 'table' end end,
    pg_catalog.format('%%I.%%I', n.nspname, coalesce(rt.typname, el.typname, t.typname))
  from pg_catalog.pg_type t
  left join pg_catalog.pg_type el on el.oid = t.typelem and el.typarray = t.oid
  left join pg_catalog.pg_range r on r.rngmultitypid = t.oid
  left join pg_catalog.pg_type rt on rt.oid = r.rngtypid
  left join pg_catalog.pg_class c on c.oid = coalesce(nullif(el.typrelid, 0), nullif(t.typrelid, 0))
  join pg_catalog.pg_namespace n on n.oid = coalesce(rt.typnamespace, el.typnamespace, t.typnamespace)
  where t.oid >= 16384
  union all
  select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0,
    case p.prokind when 'p' then 'procedure' else 'function' end, p.oid::pg_catalog.regprocedure::pg_catalog.text
  from pg_catalog.pg_proc p
  where p.oid >= 16384
  union all
  select 'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid, 0, 'constraint',
    pg_catalog.format('%%I.%%I.%%I', n.nspname, coalesce(c.relname, t.typname), con.conname)
  from pg_catalog.pg_constraint con
  left join pg_catalog.pg_class c on c.oid = con.conrelid
  left join pg_catalog.pg_type t on t.oid = con.contypid
  join pg_catalog.pg_namespace n on n.oid = coalesce(c.relnamespace, t.typnamespace)
  where con.oid >= 16384 and con.contype in ('p', 'u', 'c', 'f', 'x')
  union all
  select 'pg_catalog.pg_trigger'::pg_catalog.regclass, tg.oid, 0, 'trigger',
    pg_catalog.format('%%I.%%I.%%I', n.nspname, c.relname, tg.tgname)
  from pg_catalog.pg_trigger tg
  join pg_catalog.pg_class c on c.oid = tg.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where not tg.tgisinternal
  union all
  select 'pg_catalog.pg_policy'::pg_catalog.regclass, pol.oid, 0, 'policy',
    pg_catalog.format('%%I.%%I.%%I', n.nspname, c.relname, pol.polname)
  from pg_catalog.pg_policy pol
  join pg_catalog.pg_class c on c.oid = pol.polrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  union all
  select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 0,
    case when r.rulename <> '_RETURN' then 'rule' when c.relkind = 'm' then 'materialized view' else 'view' end,
    case when r.rulename = '_RETURN' then pg_catalog.format('%%I.%%I', n.nspname, c.relname)
      else pg_catalog.format('%%I.%%I.%%I', n.nspname, c.relname, r.rulename) end
  from pg_catalog.pg_rewrite r
  join pg_catalog.pg_class c on c.oid = r.ev_class
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where r.oid >= 16384
  union all
  select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, st.oid, 0, 'statistics',
    pg_catalog.format('%%I.%%I', n.nspname, st.stxname)
  from pg_catalog.pg_statistic_ext st
  join pg_catalog.pg_namespace n on n.oid = st.stxnamespace
  union all
  select 'pg_catalog.pg_publication'::pg_catalog.regclass, pub.oid, 0, 'publication',
    pg_catalog.quote_ident(pub.pubname)
  from pg_catalog.pg_publication pub
  union all
  select 'pg_catalog.pg_publication_rel'::pg_catalog.regclass, pr.oid, 0, 'publication table',
    pg_catalog.format('%%I: %%I.%%I', pub.pubname, n.nspname, c.relname)
  from pg_catalog.pg_publication_rel pr
  join pg_catalog.pg_publication pub on pub.oid = pr.prpubid
  join pg_catalog.pg_class c on c.oid = pr.prrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  union all
  select 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0, 'schema', pg_catalog.quote_ident(n.nspname)
  from pg_catalog.pg_namespace n
  where n.oid >= 16384
  union all
  select 'pg_catalog.pg_extension'::pg_catalog.regclass, e.oid, 0, 'extension', pg_catalog.quote_ident(e.extname)
  from pg_catalog.pg_extension e
  where e.oid >= 16384
  union all
  select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, ev.oid, 0, 'event trigger',
    pg_catalog.quote_ident(ev.evtname)
  from pg_catalog.pg_event_trigger ev
)
select distinct
  a.kind collate pg_catalog."C" as kind,
  a.name collate pg_catalog."C" as name,
  b.kind collate pg_catalog."C" as needs_kind,
  b.name collate pg_catalog."C" as needs_name,
  -- The index of a key goes by itself with a column that it reads; the key does not let it.
  d.deptype in ('a', 'i', 'P', 'S') and not (a.kind = 'constraint' and a.class = 'pg_catalog.pg_class'::pg_catalog.regclass)
    as follows
from pg_catalog.pg_depend d
join thing a on a.class = d.classid and a.id = d.objid and a.sub = d.objsubid
join thing b on b.class = d.refclassid and b.id = d.refobjid and b.sub = d.refobjsubid
where (a.kind, a.name) <> (b.kind, b.name)
union
-- Postgres does not note that an object needs the extension that one of its parts belongs to, where that is a member.
select a.kind collate pg_catalog."C", a.name collate pg_catalog."C", 'extension',
  pg_catalog.quote_ident(e.extname) collate pg_catalog."C", false
from pg_catalog.pg_depend d
join thing a on a.class = d.classid and a.id = d.objid and a.sub = d.objsubid
join pg_catalog.pg_depend m on m.classid = d.refclassid and m.objid = d.refobjid and m.deptype = 'e'
join pg_catalog.pg_extension e on e.oid = m.refobjid
where d.deptype = 'n'
order by 1, 2, 3, 4, 5
