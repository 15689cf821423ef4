-- Hashes, HMACs and random bytes are the real thing. crypt() and the ciphers have the real shapes and fit each other,
-- but neither strength nor the real bytes: nothing made here can be read, or checked, elsewhere.
create function _kitdb_sha1(message bytea) returns bytea language plpgsql immutable strict parallel safe as $f$
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
end $f$;

create function digest(data bytea, type text) returns bytea language plpgsql immutable strict parallel safe
set search_path from current as $f$
begin
  case lower(type)
    when 'md5' then return decode(md5(data), 'hex');
    when 'sha1' then return _kitdb_sha1(data);
    when 'sha224' then return sha224(data);
    when 'sha256' then return sha256(data);
    when 'sha384' then return sha384(data);
    when 'sha512' then return sha512(data);
    else raise invalid_parameter_value using message = format('Cannot use "%s": No such hash algorithm', type);
  end case;
end $f$;
create function digest(data text, type text) returns bytea language plpgsql immutable strict parallel safe
set search_path from current as $f$ begin return digest(convert_to(data, 'UTF8'), type); end $f$;

create function _kitdb_xor(data bytea, mask bytea) returns bytea language plpgsql immutable strict parallel safe as $f$
begin
  for i in 0 .. length(data) - 1 loop
    data := set_byte(data, i, get_byte(data, i) # get_byte(mask, i % length(mask)));
  end loop;
  return data;
end $f$;
create function hmac(data bytea, key bytea, type text) returns bytea language plpgsql immutable strict parallel safe
set search_path from current as $f$
declare
  size int := case when lower(type) in ('sha384', 'sha512') then 128 else 64 end;
  block bytea := case when length(key) > size then digest(key, type) else key end;
begin
  block := block || decode(repeat('00', size - length(block)), 'hex');
  return digest(_kitdb_xor(block, '\x5c') || digest(_kitdb_xor(block, '\x36') || data, type), type);
end $f$;
create function hmac(data text, key text, type text) returns bytea language plpgsql immutable strict parallel safe
set search_path from current as $f$
begin return hmac(convert_to(data, 'UTF8'), convert_to(key, 'UTF8'), type); end $f$;

create function gen_random_bytes(count int) returns bytea language plpgsql volatile strict parallel safe as $f$
begin
  if count not between 1 and 1024 then
    raise external_routine_invocation_exception using message = 'Length not in range';
  end if;
  -- The hash of a random uuid: a uuid's own version bits are not random.
  return (select substr(string_agg(sha256(uuid_send(pg_catalog.gen_random_uuid())), ''), 1, count)
            from generate_series(1, count / 32 + 1));
end $f$;
create function gen_random_uuid() returns uuid language internal volatile parallel safe as 'gen_random_uuid';

create function _kitdb_base64(bytes bytea, length int) returns text language sql immutable strict parallel safe as $f$
  select substr(translate(encode(bytes, 'base64'), E'+=\n', './'), 1, length) $f$;
create function gen_salt(type text, iter_count int) returns text language plpgsql volatile strict parallel safe
set search_path from current as $f$
begin
  case type
    when 'bf' then return format('$2a$%s$%s', lpad(iter_count::text, 2, '0'), _kitdb_base64(gen_random_bytes(32), 22));
    when 'md5' then return '$1$' || _kitdb_base64(gen_random_bytes(32), 8);
    when 'xdes' then return '_' || _kitdb_base64(gen_random_bytes(32), 8);
    when 'des' then return _kitdb_base64(gen_random_bytes(32), 2);
    else raise invalid_parameter_value using message = 'gen_salt: Unknown salt algorithm';
  end case;
end $f$;
create function gen_salt(type text) returns text language plpgsql volatile strict parallel safe
set search_path from current as $f$ begin return gen_salt(type, 6); end $f$;
create function crypt(password text, salt text) returns text language plpgsql immutable strict parallel safe
set search_path from current as $f$
declare
  start text := case
    when salt ~ '^\$2[abxy]\$\d\d\$.{22}' then substr(salt, 1, 29)
    when salt ~ '^\$1\$' then '$1$' || split_part(salt, '$', 3) || '$'
    when salt ~ '^_.{8}' then substr(salt, 1, 9)
    else substr(salt, 1, 2) end;
  size int := case when start like '$2%' then 31 when start like '$1$%' then 22 else 11 end;
begin
  if length(start) < 2 then raise invalid_parameter_value using message = 'invalid salt'; end if;
  return start || _kitdb_base64(sha256(convert_to(start || password, 'UTF8')), size);
end $f$;

-- One stream for all ciphers: the same key and vector give the same mask.
create function _kitdb_cipher(data bytea, key bytea, vector bytea) returns bytea language plpgsql immutable strict
parallel safe set search_path from current as $f$
begin
  if length(data) = 0 then return data; end if;
  return _kitdb_xor(data, (select string_agg(sha256(key || vector || int4send(i)), '' order by i)
                             from generate_series(0, length(data) / 32) i));
end $f$;
create function encrypt_iv(data bytea, key bytea, iv bytea, type text) returns bytea language plpgsql immutable strict
parallel safe set search_path from current as $f$
declare pad int := 16 - length(data) % 16;
begin return _kitdb_cipher(data || decode(repeat(lpad(to_hex(pad), 2, '0'), pad), 'hex'), key, iv); end $f$;
create function decrypt_iv(data bytea, key bytea, iv bytea, type text) returns bytea language plpgsql immutable strict
parallel safe set search_path from current as $f$
declare
  padded bytea := _kitdb_cipher(data, key, iv);
  pad int := case when length(data) > 0 then get_byte(padded, length(padded) - 1) else 0 end;
begin
  if pad not between 1 and 16 then
    raise external_routine_invocation_exception using message = 'decrypt_iv error: Data not a multiple of block size';
  end if;
  return substr(padded, 1, length(padded) - pad);
end $f$;
create function encrypt(data bytea, key bytea, type text) returns bytea language plpgsql immutable strict parallel safe
set search_path from current as $f$ begin return encrypt_iv(data, key, '', type); end $f$;
create function decrypt(data bytea, key bytea, type text) returns bytea language plpgsql immutable strict parallel safe
set search_path from current as $f$ begin return decrypt_iv(data, key, '', type); end $f$;

create function pgp_sym_encrypt_bytea(data bytea, psw text, options text default '') returns bytea
language plpgsql volatile strict parallel safe set search_path from current as $f$
declare vector bytea := gen_random_bytes(16);
begin
  return '\xc30d'::bytea || vector || substr(sha256(vector || convert_to(psw, 'UTF8')), 1, 8)
    || _kitdb_cipher(data, convert_to(psw, 'UTF8'), vector);
end $f$;
create function pgp_sym_decrypt_bytea(msg bytea, psw text, options text default '') returns bytea
language plpgsql immutable strict parallel safe set search_path from current as $f$
declare vector bytea := substr(msg, 3, 16);
begin
  if substr(msg, 1, 2) <> '\xc30d' or substr(msg, 19, 8) <> substr(sha256(vector || convert_to(psw, 'UTF8')), 1, 8) then
    raise external_routine_invocation_exception using message = 'Wrong key or corrupt data';
  end if;
  return _kitdb_cipher(substr(msg, 27), convert_to(psw, 'UTF8'), vector);
end $f$;
create function pgp_sym_encrypt(data text, psw text, options text default '') returns bytea
language plpgsql volatile strict parallel safe set search_path from current as $f$
begin return pgp_sym_encrypt_bytea(convert_to(data, 'UTF8'), psw); end $f$;
create function pgp_sym_decrypt(msg bytea, psw text, options text default '') returns text
language plpgsql immutable strict parallel safe set search_path from current as $f$
begin return convert_from(pgp_sym_decrypt_bytea(msg, psw), 'UTF8'); end $f$;
create function pgp_key_id(bytea) returns text language sql immutable strict parallel safe as $f$ select 'ANYKEY' $f$;
create function armor(data bytea) returns text language sql immutable strict parallel safe as $f$
  select format(E'-----BEGIN PGP MESSAGE-----\n\n%s\n-----END PGP MESSAGE-----\n', encode(data, 'base64')) $f$;
create function dearmor(data text) returns bytea language sql immutable strict parallel safe as $f$
  select decode(substring(data from E'\n\n(.*)\n-----END'), 'base64') $f$;
