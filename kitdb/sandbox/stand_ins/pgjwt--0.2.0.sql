-- HMACs by the rule of RFC 2104, so that tokens are good elsewhere too.
create function url_encode(data bytea) returns text language sql immutable as $f$
  select translate(encode(data, 'base64'), E'+/=\n', '-_') $f$;
create function url_decode(data text) returns bytea language sql immutable as $f$
  select decode(rpad(translate(data, '-_', '+/'), (length(data) + 3) / 4 * 4, '='), 'base64') $f$;
create function _kitdb_pad(key bytea, size int, mask int) returns bytea language plpgsql immutable as $f$
declare padded bytea := key || decode(repeat('00', size - length(key)), 'hex');
begin
  for i in 0 .. size - 1 loop padded := set_byte(padded, i, get_byte(padded, i) # mask); end loop;
  return padded;
end $f$;
create function algorithm_sign(signables text, secret text, algorithm text) returns text language plpgsql immutable
set search_path from current as $f$
declare
  size int := case when algorithm = 'HS256' then 64 else 128 end;
  key bytea := convert_to(secret, 'UTF8');
  inner_text bytea;
begin
  if algorithm not in ('HS256', 'HS384', 'HS512') then return null; end if;
  if length(key) > size then
    key := case algorithm when 'HS256' then sha256(key) when 'HS384' then sha384(key) else sha512(key) end;
  end if;
  inner_text := _kitdb_pad(key, size, 54) || convert_to(signables, 'UTF8');
  inner_text := case algorithm when 'HS256' then sha256(inner_text) when 'HS384' then sha384(inner_text) else sha512(inner_text) end;
  inner_text := _kitdb_pad(key, size, 92) || inner_text;
  return url_encode(case algorithm when 'HS256' then sha256(inner_text) when 'HS384' then sha384(inner_text) else sha512(inner_text) end);
end $f$;
create function sign(payload json, secret text, algorithm text default 'HS256') returns text language plpgsql immutable
set search_path from current as $f$
declare
  signables text := url_encode(convert_to(format('{"alg":"%s","typ":"JWT"}', algorithm), 'UTF8'))
    || '.' || url_encode(convert_to(payload::text, 'UTF8'));
begin return signables || '.' || algorithm_sign(signables, secret, algorithm); end $f$;
create function try_cast_double(inp text) returns double precision language plpgsql immutable as $f$
begin return inp::double precision; exception when others then return null; end $f$;
create function verify(token text, secret text, algorithm text default 'HS256')
returns table (header json, payload json, valid boolean) language plpgsql immutable set search_path from current as $f$
declare
  parts text[] := string_to_array(token, '.');
  claims json := convert_from(url_decode(parts[2]), 'UTF8')::json;
  signed boolean := parts[3] = algorithm_sign(parts[1] || '.' || parts[2], secret, algorithm);
begin
  return query select convert_from(url_decode(parts[1]), 'UTF8')::json, claims,
    signed and tstzrange(to_timestamp(try_cast_double(claims ->> 'nbf')), to_timestamp(try_cast_double(claims ->> 'exp')))
      @> current_timestamp;
end $f$;
