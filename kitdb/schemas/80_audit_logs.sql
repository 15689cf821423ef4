create table public.audit_logs (
  id uuid primary key default gen_random_uuid(),
  event_type text not null,
  user_id uuid references public.profiles (id) on delete set null,
  ip_address inet,
  user_agent text,
  resource_type text,
  resource_id text,
  details jsonb not null default '{}',
  severity public.audit_severity not null default 'info',
  created_at timestamptz not null default now(),
  constraint audit_logs_event_type_format check (event_type ~ '^[a-z0-9_]+(\.[a-z0-9_]+)+$')
);
comment on table public.audit_logs is 'What happened, for good: rows are added, never changed and never deleted.';
comment on column public.audit_logs.event_type is 'Dotted lower case, such as drumkit.create or user.login.';
comment on column public.audit_logs.user_id is 'Who did it. Null when nobody was signed in, or when that user left.';
comment on column public.audit_logs.ip_address is 'As the request''s first proxy reported it, so a hint and no proof.';
comment on column public.audit_logs.resource_id is 'Text, because it outlives the row that it names.';

create index audit_logs_user_id_idx on public.audit_logs (user_id);

-- Grants keep the API roles from changing the log; this keeps everybody else from it, the table's owner included.
-- The one change let through is the foreign key's: a deleted profile is taken out of its entries. By then the
-- profile is gone, which tells it from somebody who clears the name of a living user.
create function private.keep_audit_logs() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  released public.audit_logs;
begin
  if tg_op = 'UPDATE' then
    released := old;
    released.user_id := null;
    if old.user_id is not null
      and new is not distinct from released
      and not exists (select 1 from public.profiles where profiles.id = old.user_id)
    then
      return new;
    end if;
  end if;
  raise exception 'audit_logs is append-only' using errcode = 'insufficient_privilege';
end;
$$;
comment on function private.keep_audit_logs() is 'Refuses every change of audit_logs but the release of a deleted user.';

create trigger audit_logs_keep_rows
  before update or delete on public.audit_logs
  for each row execute function private.keep_audit_logs();

create trigger audit_logs_keep_table
  before truncate on public.audit_logs
  for each statement execute function private.keep_audit_logs();

-- Dumps of the log are evidence too: Storage's own grants would let the service role delete them.
create function private.keep_audit_dumps() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.bucket_id is not distinct from old.bucket_id then
    return new;
  end if;
  raise exception 'audit dumps are not deleted' using errcode = 'insufficient_privilege';
end;
$$;
comment on function private.keep_audit_dumps() is 'Refuses to delete an object of bucket audit-dumps, or to move it to another bucket.';

create function public.log_audit_event(
  event_type text,
  resource_type text default null,
  resource_id text default null,
  details jsonb default '{}',
  severity public.audit_severity default 'info'
) returns uuid
language sql
security definer
set search_path = ''
as $$
  insert into public.audit_logs
    (event_type, user_id, ip_address, user_agent, resource_type, resource_id, details, severity)
  values (
    log_audit_event.event_type,
    auth.uid(),
    private.request_ip(),
    private.request_header('user-agent'),
    log_audit_event.resource_type,
    log_audit_event.resource_id,
    coalesce(log_audit_event.details, '{}'),
    coalesce(log_audit_event.severity, 'info')
  )
  returning id;
$$;
comment on function public.log_audit_event(text, text, text, jsonb, public.audit_severity) is
  'Adds an entry to the audit log, with the address and user agent of the request, and returns its id.';

revoke execute on function private.keep_audit_logs() from public, anon, authenticated, service_role;
revoke execute on function private.keep_audit_dumps() from public, anon, authenticated, service_role;
revoke execute on function public.log_audit_event(text, text, text, jsonb, public.audit_severity)
  from public, anon, authenticated, service_role;

grant execute on function public.log_audit_event(text, text, text, jsonb, public.audit_severity) to service_role;
