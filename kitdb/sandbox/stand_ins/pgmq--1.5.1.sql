do $$ begin if to_regnamespace('pgmq') is null then create schema pgmq; end if; end $$;

create table pgmq.meta (queue_name varchar primary key, is_partitioned boolean not null default false, is_unlogged boolean not null default false, created_at timestamptz not null default now());
create type pgmq.message_record as (msg_id bigint, read_ct int, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb);
create type pgmq.queue_record as (queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz);
create function pgmq.create(queue_name text) returns void language plpgsql as $f$
begin
  execute format('create table if not exists pgmq.%I (msg_id bigint primary key generated always as identity, read_ct int not null default 0, enqueued_at timestamptz not null default now(), vt timestamptz not null, message jsonb, headers jsonb)', 'q_' || lower(queue_name));
  execute format('create table if not exists pgmq.%I (msg_id bigint primary key, read_ct int not null default 0, enqueued_at timestamptz not null default now(), archived_at timestamptz not null default now(), vt timestamptz not null, message jsonb, headers jsonb)', 'a_' || lower(queue_name));
  execute format('alter table pgmq.%I owner to postgres', 'q_' || lower(queue_name));
  execute format('alter table pgmq.%I owner to postgres', 'a_' || lower(queue_name));
  insert into pgmq.meta (queue_name) values (lower(queue_name)) on conflict do nothing;
end $f$;
create function pgmq.create_unlogged(queue_name text) returns void language sql as $f$ select pgmq.create(queue_name) $f$;
create function pgmq.create_non_partitioned(queue_name text) returns void language sql as $f$ select pgmq.create(queue_name) $f$;
create function pgmq.drop_queue(queue_name text) returns boolean language plpgsql as $f$
begin execute format('drop table if exists pgmq.%I, pgmq.%I', 'q_'||lower(queue_name), 'a_'||lower(queue_name)); delete from pgmq.meta m where m.queue_name = lower($1); return found; end $f$;
create function pgmq._kitdb_send(queue_name text, msgs jsonb[], headers jsonb[], visible timestamptz) returns setof bigint language plpgsql as $f$
begin
  return query execute format('insert into pgmq.%I (vt, message, headers) select $1, m, h from unnest($2, $3) u (m, h) returning msg_id', 'q_' || lower(queue_name))
    using visible, msgs, headers;
end $f$;
create function pgmq.send(queue_name text, msg jsonb) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, array[msg], null, clock_timestamp()) $f$;
create function pgmq.send(queue_name text, msg jsonb, headers jsonb) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, array[msg], array[headers], clock_timestamp()) $f$;
create function pgmq.send(queue_name text, msg jsonb, delay int) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, array[msg], null, clock_timestamp() + make_interval(secs => delay)) $f$;
create function pgmq.send(queue_name text, msg jsonb, delay timestamptz) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, array[msg], null, delay) $f$;
create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay int) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, array[msg], array[headers], clock_timestamp() + make_interval(secs => delay)) $f$;
create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay timestamptz) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, array[msg], array[headers], delay) $f$;
create function pgmq.send_batch(queue_name text, msgs jsonb[]) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, msgs, null, clock_timestamp()) $f$;
create function pgmq.send_batch(queue_name text, msgs jsonb[], delay int) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, msgs, null, clock_timestamp() + make_interval(secs => delay)) $f$;
create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[]) returns setof bigint language sql as $f$ select pgmq._kitdb_send(queue_name, msgs, headers, clock_timestamp()) $f$;
create function pgmq.read(queue_name text, vt int, qty int, conditional jsonb default '{}') returns setof pgmq.message_record language plpgsql as $f$
begin
  return query execute format('with next as (select msg_id from pgmq.%1$I where vt <= clock_timestamp() and message @> $3 order by msg_id limit $2 for update skip locked)
    update pgmq.%1$I q set vt = clock_timestamp() + make_interval(secs => $1), read_ct = read_ct + 1 from next where q.msg_id = next.msg_id
    returning q.msg_id, q.read_ct, q.enqueued_at, q.vt, q.message, q.headers', 'q_' || lower(queue_name)) using vt, qty, conditional;
end $f$;
create function pgmq.read_with_poll(queue_name text, vt int, qty int, max_poll_seconds int default 5, poll_interval_ms int default 100, conditional jsonb default '{}')
returns setof pgmq.message_record language sql as $f$ select * from pgmq.read(queue_name, vt, qty, conditional) $f$;
create function pgmq.pop(queue_name text) returns setof pgmq.message_record language plpgsql as $f$
begin
  return query execute format('with next as (select msg_id from pgmq.%1$I where vt <= clock_timestamp() order by msg_id limit 1 for update skip locked)
    delete from pgmq.%1$I q using next where q.msg_id = next.msg_id returning q.msg_id, q.read_ct, q.enqueued_at, q.vt, q.message, q.headers', 'q_' || lower(queue_name));
end $f$;
create function pgmq.set_vt(queue_name text, msg_id bigint, vt int) returns setof pgmq.message_record language plpgsql as $f$
begin
  return query execute format('update pgmq.%I q set vt = clock_timestamp() + make_interval(secs => $2) where q.msg_id = $1
    returning q.msg_id, q.read_ct, q.enqueued_at, q.vt, q.message, q.headers', 'q_' || lower(queue_name)) using msg_id, vt;
end $f$;
create function pgmq.delete(queue_name text, msg_ids bigint[]) returns setof bigint language plpgsql as $f$
begin return query execute format('delete from pgmq.%I where msg_id = any ($1) returning msg_id', 'q_' || lower(queue_name)) using msg_ids; end $f$;
create function pgmq.archive(queue_name text, msg_ids bigint[]) returns setof bigint language plpgsql as $f$
begin
  return query execute format('with d as (delete from pgmq.%I where msg_id = any ($1) returning *)
    insert into pgmq.%I (msg_id, read_ct, enqueued_at, vt, message, headers) select msg_id, read_ct, enqueued_at, vt, message, headers from d returning msg_id',
    'q_' || lower(queue_name), 'a_' || lower(queue_name)) using msg_ids;
end $f$;
create type pgmq.metrics_result as (queue_name text, queue_length bigint, newest_msg_age_sec int, oldest_msg_age_sec int, total_messages bigint, scrape_time timestamptz, queue_visible_length bigint);
create function pgmq.metrics(queue_name text) returns pgmq.metrics_result language plpgsql as $f$
declare result pgmq.metrics_result;
begin
  execute format('select $1, count(*), extract(epoch from now() - max(enqueued_at))::int, extract(epoch from now() - min(enqueued_at))::int,
    coalesce(max(msg_id), 0), now(), count(*) filter (where vt <= clock_timestamp()) from pgmq.%I', 'q_' || lower(queue_name)) into result using queue_name;
  return result;
end $f$;
create function pgmq.metrics_all() returns setof pgmq.metrics_result language sql as $f$ select (pgmq.metrics(queue_name::text)).* from pgmq.meta $f$;
create function pgmq.detach_archive(queue_name text) returns void language sql as $f$ select $f$;
create function pgmq.create_partitioned(queue_name text, partition_interval text default '10000', retention_interval text default '100000') returns void language sql as $f$ select pgmq.create(queue_name) $f$;
create function pgmq.delete(queue_name text, msg_id bigint) returns boolean language plpgsql as $f$
declare n int; begin execute format('delete from pgmq.%I where msg_id = $1', 'q_'||lower(queue_name)) using msg_id; get diagnostics n = row_count; return n > 0; end $f$;
create function pgmq.archive(queue_name text, msg_id bigint) returns boolean language plpgsql as $f$
declare n int; begin execute format('with d as (delete from pgmq.%I where msg_id = $1 returning *) insert into pgmq.%I (msg_id, read_ct, enqueued_at, vt, message, headers) select msg_id, read_ct, enqueued_at, vt, message, headers from d', 'q_'||lower(queue_name), 'a_'||lower(queue_name)) using msg_id; get diagnostics n = row_count; return n > 0; end $f$;
create function pgmq.list_queues() returns setof pgmq.queue_record language sql as $f$ select queue_name, is_partitioned, is_unlogged, created_at from pgmq.meta $f$;
create function pgmq.purge_queue(queue_name text) returns bigint language plpgsql as $f$ declare n bigint; begin execute format('delete from pgmq.%I', 'q_'||lower(queue_name)); get diagnostics n = row_count; return n; end $f$;
grant all on schema pgmq to postgres;
grant usage on schema pgmq to postgres, service_role;
grant all on all tables in schema pgmq to postgres, service_role;
grant all on all sequences in schema pgmq to postgres, service_role;
grant execute on all routines in schema pgmq to postgres, service_role;
