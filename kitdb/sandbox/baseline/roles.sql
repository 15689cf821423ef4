-- The roles of a Supabase project, which belong to the whole server. A role that is there already is left as it is: only
-- what is made here gets memberships, settings and rights. `kitdb.roles_made` names what was made.
set client_min_messages = warning;

do $roles$
declare
  role record;
  made text[] := '{}';
begin
  for role in select * from (values
    ('supabase_admin', 'superuser createdb createrole replication bypassrls'),
    ('anon', 'nologin inherit'),
    ('authenticated', 'nologin inherit'),
    ('service_role', 'nologin inherit bypassrls'),
    ('authenticator', 'login noinherit'),
    ('supabase_auth_admin', 'login noinherit createrole'),
    ('supabase_storage_admin', 'login noinherit createrole'),
    ('supabase_realtime_admin', 'nologin noinherit'),
    ('supabase_functions_admin', 'login noinherit createrole'),
    ('supabase_replication_admin', 'login replication'),
    ('supabase_read_only_user', 'login bypassrls'),
    ('supabase_etl_admin', 'login replication'),
    ('supabase_privileged_role', 'nologin'),
    ('dashboard_user', 'nologin createdb createrole replication'),
    ('pgbouncer', 'login'),
    ('postgres', 'login createdb createrole replication bypassrls')
  ) as roles (name, attributes) loop
    if to_regrole(role.name) is null then
      execute format('create role %I %s', role.name, role.attributes);
      made := made || role.name;
    end if;
  end loop;
  perform set_config('kitdb.roles_made', array_to_string(made, ','), false);

  for role in select * from (values
    ('anon', 'authenticator', ''),
    ('authenticated', 'authenticator', ''),
    ('service_role', 'authenticator', ''),
    ('authenticator', 'supabase_storage_admin', ''),
    ('anon', 'postgres', 'admin true'),
    ('authenticated', 'postgres', 'admin true'),
    ('service_role', 'postgres', 'admin true'),
    -- ALTER ROLE authenticator SET pgrst.* needs ADMIN on it from 16 on; hosted projects may do it.
    ('authenticator', 'postgres', 'admin true, inherit false, set false'),
    ('pg_monitor', 'postgres', ''),
    ('pg_read_all_data', 'postgres', ''),
    ('pg_signal_backend', 'postgres', ''),
    ('pg_read_all_data', 'supabase_read_only_user', '')
  ) as memberships (name, member, options) where member = any (made) loop
    if current_setting('server_version_num')::int >= 160000 and role.options <> '' then
      execute format('grant %I to %I with %s', role.name, role.member, role.options);
    elsif role.options not like '%set false' then
      execute format('grant %I to %I', role.name, role.member);
    end if;
  end loop;

  for role in select * from (values
    ('anon', 'statement_timeout = ''3s'''),
    ('authenticated', 'statement_timeout = ''8s'''),
    ('authenticator', 'statement_timeout = ''8s'''),
    ('authenticator', 'lock_timeout = ''8s'''),
    ('postgres', 'search_path = "$user", public, extensions'),
    ('supabase_admin', 'search_path = "$user", public, auth, extensions'),
    ('supabase_auth_admin', 'search_path = auth'),
    ('supabase_auth_admin', 'idle_in_transaction_session_timeout = 60000'),
    ('supabase_storage_admin', 'search_path = storage')
  ) as settings (name, setting)
  where name = any (made) or (name = 'supabase_admin' and current_user = 'supabase_admin') loop
    execute format('alter role %I set %s', role.name, role.setting);
  end loop;

  -- Hosted, "postgres" may set PostgREST's configuration on "authenticator", and a few parameters for itself.
  for role in select unnest(array['pgrst.db_pre_request', 'pgrst.db_aggregates_enabled', 'pgrst.db_schemas',
    'pgrst.db_extra_search_path', 'pgrst.db_max_rows', 'pgrst.db_plan_enabled', 'pgrst.db_root_spec', 'pgrst.db_tx_end',
    'pgrst.db_timezone_enabled', 'pgrst.jwt_aud', 'pgrst.jwt_role_claim_key', 'pgrst.jwt_secret', 'pgrst.openapi_mode',
    'pgrst.openapi_security_active', 'pgrst.server_cors_allowed_origins', 'pgrst.server_trace_header',
    'pgrst.app_settings', 'session_replication_role', 'track_io_timing', 'pgaudit.log', 'pgaudit.role',
    'auto_explain.log_min_duration', 'log_min_duration_statement']) as parameter
  where 'postgres' = any (made) loop
    execute format('grant set on parameter %s to postgres', role.parameter);
  end loop;
end
$roles$;
