select
  r.rolname as name,
  r.rolsuper as superuser,
  r.rolbypassrls as bypass_rls,
  r.rolinherit as inherit,
  r.rolcanlogin as login,
  array(
    select distinct g.rolname::pg_catalog.text collate pg_catalog."C"
    from pg_catalog.pg_auth_members m
    join pg_catalog.pg_roles g on g.oid = m.roleid
    where m.member = r.oid
    order by 1) as member_of
from pg_catalog.pg_roles r
where r.rolname !~ '^pg_'
order by r.rolname
