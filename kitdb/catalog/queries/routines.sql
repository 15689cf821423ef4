-- Not the constructors that come with a range type (deptype 'i').
select
  p.oid,
  n.nspname as schema,
  p.proname as name,
  p.oid::pg_catalog.regprocedure::pg_catalog.text collate pg_catalog."C" as signature,
  case p.prokind when 'f' then 'function' when 'p' then 'procedure' when 'a' then 'aggregate' else 'window' end as kind,
  pg_catalog.pg_get_userbyid(p.proowner) as owner,
  case when p.prokind <> 'a' then pg_catalog.pg_get_functiondef(p.oid) else
    -- pg_get_functiondef refuses aggregates.
    pg_catalog.format('CREATE AGGREGATE %%I.%%I(%%s) (', n.nspname, p.proname,
      coalesce(nullif(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'))
    || pg_catalog.concat_ws(
      ', ',
      'SFUNC = ' || ag.aggtransfn::pg_catalog.regproc::pg_catalog.text,
      'STYPE = ' || pg_catalog.format_type(ag.aggtranstype, null),
      'SSPACE = ' || nullif(ag.aggtransspace, 0),
      'FINALFUNC = ' || nullif(ag.aggfinalfn, 0)::pg_catalog.regproc::pg_catalog.text,
      case when ag.aggfinalextra then 'FINALFUNC_EXTRA' end,
      case when ag.aggfinalfn <> 0 then 'FINALFUNC_MODIFY = ' || case ag.aggfinalmodify
        when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end end,
      'COMBINEFUNC = ' || nullif(ag.aggcombinefn, 0)::pg_catalog.regproc::pg_catalog.text,
      'SERIALFUNC = ' || nullif(ag.aggserialfn, 0)::pg_catalog.regproc::pg_catalog.text,
      'DESERIALFUNC = ' || nullif(ag.aggdeserialfn, 0)::pg_catalog.regproc::pg_catalog.text,
      'INITCOND = ' || pg_catalog.quote_literal(ag.agginitval),
      'MSFUNC = ' || nullif(ag.aggmtransfn, 0)::pg_catalog.regproc::pg_catalog.text,
      'MINVFUNC = ' || nullif(ag.aggminvtransfn, 0)::pg_catalog.regproc::pg_catalog.text,
      'MSTYPE = ' || pg_catalog.format_type(nullif(ag.aggmtranstype, 0), null),
      'MSSPACE = ' || nullif(ag.aggmtransspace, 0),
      'MFINALFUNC = ' || nullif(ag.aggmfinalfn, 0)::pg_catalog.regproc::pg_catalog.text,
      case when ag.aggmfinalextra then 'MFINALFUNC_EXTRA' end,
      case when ag.aggmfinalfn <> 0 then 'MFINALFUNC_MODIFY = ' || case ag.aggmfinalmodify
        when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end end,
      'MINITCOND = ' || pg_catalog.quote_literal(ag.aggminitval),
      'SORTOP = ' || 'OPERATOR(' || pg_catalog.quote_ident(opn.nspname) || '.' || op.oprname || ')',
      'PARALLEL = ' || case p.proparallel when 's' then 'SAFE' when 'r' then 'RESTRICTED' else 'UNSAFE' end,
      case when ag.aggkind = 'h' then 'HYPOTHETICAL' end) || ')' end as definition,
  l.lanname as language,
  pg_catalog.format_type(p.prorettype, null) as type_text,
  rn.nspname as type_schema,
  coalesce(el.typname, rt.typname) as type_name,
  el.oid is not null as type_array,
  0 as dimensions,
  -1 as modifier,
  p.proretset as returns_set,
  p.prorows as rows,
  p.prosecdef as security_definer,
  p.proisstrict as strict,
  case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
  p.proleakproof as leakproof,
  case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end as parallel,
  coalesce(p.proconfig, '{}') as config,
  coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as body,
  de.description as comment
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
left join pg_catalog.pg_type rt on rt.oid = p.prorettype and p.prokind <> 'p'
left join pg_catalog.pg_type el on el.oid = rt.typelem and el.typarray = rt.oid
left join pg_catalog.pg_namespace rn on rn.oid = coalesce(el.typnamespace, rt.typnamespace)
left join pg_catalog.pg_aggregate ag on ag.aggfnoid = p.oid
left join pg_catalog.pg_operator op on op.oid = ag.aggsortop
left join pg_catalog.pg_namespace opn on opn.oid = op.oprnamespace
left join pg_catalog.pg_description de
  on de.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass and de.objoid = p.oid and de.objsubid = 0
where p.pronamespace = any (%(schemas)s::pg_catalog.oid[])
  and not exists (
    select from pg_catalog.pg_depend e
    where e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and e.objid = p.oid and e.deptype in ('e', 'i'))
order by n.nspname, p.proname, signature
