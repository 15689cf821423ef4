-- What differs from the built-in privileges. A row without a schema replaces the built-in ones, so what it lacks of them
-- is revoked; a row with a schema only adds.
with entry as (
  select
    d.defaclrole, d.defaclnamespace, d.defaclobjtype, d.defaclacl,
    case when d.defaclnamespace = 0
      then pg_catalog.acldefault(
        case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole)
      end as built_in
  from pg_catalog.pg_default_acl d
  where d.defaclnamespace = 0 or d.defaclnamespace = any (%(schemas)s::pg_catalog.oid[])
),
difference as (
  select
    e.defaclrole, e.defaclnamespace, e.defaclobjtype, x.grantee, x.privilege_type, x.is_grantable, false as revoked
  from entry e, pg_catalog.aclexplode(e.defaclacl) x
  where not exists (
    select from pg_catalog.aclexplode(e.built_in) b
    where b.grantee = x.grantee and b.privilege_type = x.privilege_type and b.is_grantable = x.is_grantable)
  union all
  select e.defaclrole, e.defaclnamespace, e.defaclobjtype, b.grantee, b.privilege_type, b.is_grantable, true
  from entry e, pg_catalog.aclexplode(e.built_in) b
  where not exists (
    select from pg_catalog.aclexplode(e.defaclacl) x
    where x.grantee = b.grantee and x.privilege_type = b.privilege_type)
)
select
  pg_catalog.pg_get_userbyid(d.defaclrole) as role,
  n.nspname as schema,
  case d.defaclobjtype
    when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
    when 'n' then 'schemas' else 'large objects' end as kind,
  (case when d.grantee = 0 then 'public' else pg_catalog.pg_get_userbyid(d.grantee)::pg_catalog.text end)
    collate pg_catalog."C" as grantee,
  pg_catalog.lower(d.privilege_type) collate pg_catalog."C" as privilege,
  d.is_grantable as grantable,
  d.revoked
from difference d
left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
order by role, n.nspname nulls first, d.defaclobjtype, grantee, privilege, d.revoked
