create function uuid_generate_v4() returns uuid language sql volatile parallel safe as $f$
  select pg_catalog.gen_random_uuid() $f$;

-- Time first as in RFC 4122, a random clock sequence and node.
create function uuid_generate_v1() returns uuid language plpgsql volatile parallel safe as $f$
declare
  ticks text := lpad(to_hex((extract(epoch from clock_timestamp()) * 10000000)::bigint + 122192928000000000), 16, '0');
  rest text := replace(pg_catalog.gen_random_uuid()::text, '-', '');
begin
  return (substr(ticks, 9, 8) || substr(ticks, 5, 4) || '1' || substr(ticks, 2, 3) || substr(rest, 17, 4)
    -- The multicast bit marks a node that is no card's address.
    || lpad(to_hex(get_byte(decode(substr(rest, 21, 2), 'hex'), 0) | 1), 2, '0') || substr(rest, 23))::uuid;
end $f$;
create function uuid_generate_v1mc() returns uuid language plpgsql volatile parallel safe set search_path from current
as $f$ begin return uuid_generate_v1(); end $f$;

create function uuid_nil() returns uuid language sql immutable parallel safe as $f$
  select '00000000-0000-0000-0000-000000000000'::uuid $f$;
create function uuid_ns_dns() returns uuid language sql immutable parallel safe as $f$
  select '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid $f$;
create function uuid_ns_url() returns uuid language sql immutable parallel safe as $f$
  select '6ba7b811-9dad-11d1-80b4-00c04fd430c8'::uuid $f$;
create function uuid_ns_oid() returns uuid language sql immutable parallel safe as $f$
  select '6ba7b812-9dad-11d1-80b4-00c04fd430c8'::uuid $f$;
create function uuid_ns_x500() returns uuid language sql immutable parallel safe as $f$
  select '6ba7b814-9dad-11d1-80b4-00c04fd430c8'::uuid $f$;

create function _kitdb_uuid(hash bytea, version int) returns uuid language sql immutable strict parallel safe as $f$
  select encode(set_byte(set_byte(substr(hash, 1, 16), 6, (get_byte(hash, 6) & 15) | (version << 4)),
                         8, (get_byte(hash, 8) & 63) | 128), 'hex')::uuid $f$;
create function uuid_generate_v3(namespace uuid, name text) returns uuid language plpgsql immutable strict parallel safe
set search_path from current as $f$
begin return _kitdb_uuid(decode(md5(uuid_send(namespace) || convert_to(name, 'UTF8')), 'hex'), 3); end $f$;

create function _kitdb_uuid_sha1(message bytea) returns bytea language plpgsql immutable strict parallel safe as $f$
declare
  mask constant bigint := 4294967295;
  h bigint[] := array[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
  padded bytea := message || '\x80'::bytea
    || decode(repeat('00', (119 - length(message) % 64) % 64), 'hex') || int8send(length(message)::bigint * 8);
  w bigint[];
  a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
begin
  for block in 0 .. length(padded) / 64 - 1 loop
    for i in 0 .. 79 loop
      if i < 16 then
        w[i] := (get_byte(padded, block * 64 + i * 4)::bigint << 24) | (get_byte(padded, block * 64 + i * 4 + 1) << 16)
          | (get_byte(padded, block * 64 + i * 4 + 2) << 8) | get_byte(padded, block * 64 + i * 4 + 3);
      else
        t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
        w[i] := ((t << 1) | (t >> 31)) & mask;
      end if;
    end loop;
    a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
    for i in 0 .. 79 loop
      if i < 20 then f := (b & c) | ((~b & mask) & d); k := 1518500249;
      elsif i < 40 then f := b # c # d; k := 1859775393;
      elsif i < 60 then f := (b & c) | (b & d) | (c & d); k := 2400959708;
      else f := b # c # d; k := 3395469782;
      end if;
      t := ((((a << 5) | (a >> 27)) & mask) + f + e + k + w[i]) & mask;
      e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := t;
    end loop;
    h := array[(h[1] + a) & mask, (h[2] + b) & mask, (h[3] + c) & mask, (h[4] + d) & mask, (h[5] + e) & mask];
  end loop;
  return decode((select string_agg(lpad(to_hex(x), 8, '0'), '' order by i) from unnest(h) with ordinality u (x, i)), 'hex');
end;
$f$;
create function uuid_generate_v5(namespace uuid, name text) returns uuid language plpgsql immutable strict parallel safe
set search_path from current as $f$
begin return _kitdb_uuid(_kitdb_uuid_sha1(uuid_send(namespace) || convert_to(name, 'UTF8')), 5); end $f$;
