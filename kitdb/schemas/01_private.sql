-- Helpers of policies, triggers and functions. The API does not expose this schema, and nobody is granted its use:
-- a policy finds its functions by identity and needs no more than the right to execute them.
create schema private;
comment on schema private is 'Helper functions that clients cannot call.';

create function private.set_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.set_updated_at() is 'Stamps an edited row, whatever time its writer asked for.';

-- app_metadata is written by the server alone; users can edit their user_metadata.
create function private.is_admin() returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce((select auth.jwt()) #>> '{app_metadata,role}' = 'admin', false);
$$;
comment on function private.is_admin() is 'Whether the caller''s token says app_metadata.role = admin.';

-- Once a request has set request.headers, the next transaction on that connection finds '' and not null.
-- Headers come from outside, so text that is not JSON counts as no header.
create function private.request_header(name text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return nullif(current_setting('request.headers', true), '')::json ->> name;
exception
  when data_exception then
    return null;
end;
$$;
comment on function private.request_header(text) is 'A header of the current request, by its lower-case name.';

create function private.request_ip() returns inet
language plpgsql
stable
set search_path = ''
as $$
declare
  address text := btrim(split_part(private.request_header('x-forwarded-for'), ',', 1));
begin
  -- inet would take a network as well: 10.0.0.0/8 is nobody's address.
  return case when strpos(address, '/') = 0 then address::inet end;
exception
  when data_exception then
    return null;
end;
$$;
comment on function private.request_ip() is 'First address of x-forwarded-for, or null when it is not an address.';

revoke execute on function private.set_updated_at() from public, anon, authenticated, service_role;
revoke execute on function private.is_admin() from public, anon, authenticated, service_role;
revoke execute on function private.request_header(text) from public, anon, authenticated, service_role;
revoke execute on function private.request_ip() from public, anon, authenticated, service_role;

grant execute on function private.is_admin() to authenticated;
