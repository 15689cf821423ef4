alter table public.audit_logs enable row level security;

revoke all on table public.audit_logs from public, anon, authenticated, service_role;
-- Every user's requests have role authenticated, an admin's too, so the policy tells them apart.
grant select on table public.audit_logs to authenticated;
grant select on table public.audit_logs to service_role;
-- Not id and not created_at: an entry cannot be dated back.
grant insert (
  event_type, user_id, ip_address, user_agent, resource_type, resource_id, details, severity
) on table public.audit_logs to service_role;

create policy audit_logs_select on public.audit_logs
  for select to authenticated
  using ((select private.is_admin()));
