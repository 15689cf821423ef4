-- The identifiers differ from the real ones; decoding gives back what was encoded.
create function id_encode(number bigint, salt text default '', min_length int default 0, alphabet text default '') returns text
language sql immutable strict as $f$ select lpad(to_hex(number), greatest(min_length, length(to_hex(number))), '0') $f$;
create function id_encode(numbers bigint[], salt text default '', min_length int default 0, alphabet text default '') returns text
language sql immutable strict as $f$ select string_agg(to_hex(n), 'x' order by i) from unnest(numbers) with ordinality u (n, i) $f$;
create function id_decode(id text, salt text default '', min_length int default 0, alphabet text default '') returns bigint[]
language sql immutable strict as $f$
  select array_agg(('x' || lpad(part, 16, '0'))::bit(64)::bigint order by i) from regexp_split_to_table(id, 'x') with ordinality u (part, i) $f$;
create function id_decode_once(id text, salt text default '', min_length int default 0, alphabet text default '') returns bigint
language sql immutable strict as $f$ select ('x' || lpad(split_part(id, 'x', 1), 16, '0'))::bit(64)::bigint $f$;
