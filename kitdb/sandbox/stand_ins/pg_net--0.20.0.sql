do $$ begin if to_regnamespace('net') is null then create schema net; end if; end $$;

create type net.request_status as enum ('PENDING','SUCCESS','ERROR');
create table net.http_request_queue (id bigserial, method text, url text, headers jsonb, body bytea, timeout_milliseconds int);
create table net._http_response (id bigint, status_code int, content_type text, headers jsonb, content text, timed_out bool, error_msg text, created timestamptz default now());
create function net.http_get(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000) returns bigint language sql as $f$
 insert into net.http_request_queue (method, url, headers, timeout_milliseconds) values ('GET', url, headers, timeout_milliseconds) returning id $f$;
create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000) returns bigint language sql as $f$
 insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds) values ('POST', url, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds) returning id $f$;
create function net.http_delete(url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000, body jsonb default null) returns bigint language sql as $f$
 insert into net.http_request_queue (method, url, headers, timeout_milliseconds) values ('DELETE', url, headers, timeout_milliseconds) returning id $f$;
grant usage on schema net to postgres, anon, authenticated, service_role;
grant all on all tables in schema net to postgres, anon, authenticated, service_role;
grant all on all sequences in schema net to postgres, anon, authenticated, service_role;
grant execute on all routines in schema net to postgres, anon, authenticated, service_role;
create type net.http_response as (status_code int, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);
create function net._http_collect_response(request_id bigint, async bool default true) returns net.http_response_result language sql as $f$
 select row('PENDING', 'request is pending: there is no network in a kitdb sandbox', null)::net.http_response_result $f$;
create function net.http_collect_response(request_id bigint, async bool default true) returns net.http_response_result language sql as $f$
 select net._http_collect_response(request_id, async) $f$;
create function net.check_worker_is_up() returns void language sql as $f$ select $f$;
create function net.worker_restart() returns boolean language sql as $f$ select true $f$;
create function net._urlencode_string(string varchar) returns text language sql immutable strict as $f$
 select string_agg(case when c ~ '[A-Za-z0-9._~-]' then c
   else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by i) from regexp_split_to_table(string, '') with ordinality u (c, i) $f$;
grant execute on all routines in schema net to postgres, anon, authenticated, service_role;
