-- Nothing leaves the sandbox: every request is answered with 503.
create domain http_method as text;
create type http_header as (field varchar, value varchar);
create type http_response as (status int, content_type varchar, headers http_header[], content varchar);
create type http_request as (method http_method, uri varchar, headers http_header[], content_type varchar, content varchar);
create function http_header(field varchar, value varchar) returns http_header language sql as $f$
  select row(field, value)::@extschema@.http_header $f$;
create function _kitdb_answer() returns http_response language sql as $f$
  select row(503, 'text/plain', '{}', 'there is no network in a kitdb sandbox')::@extschema@.http_response $f$;
create function http(request http_request) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_get(uri varchar) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_get(uri varchar, data jsonb) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_head(uri varchar) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_post(uri varchar, content varchar, content_type varchar) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_post(uri varchar, data jsonb) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_put(uri varchar, content varchar, content_type varchar) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_patch(uri varchar, content varchar, content_type varchar) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_delete(uri varchar) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_delete(uri varchar, content varchar, content_type varchar) returns http_response language sql as $f$ select @extschema@._kitdb_answer() $f$;
create function http_headers(variadic args text[]) returns http_header[] language sql as $f$
  select array_agg(row(args[i], args[i + 1])::@extschema@.http_header) from generate_series(1, cardinality(args), 2) i $f$;
create function http_set_curlopt(curlopt varchar, value varchar) returns boolean language sql as $f$ select true $f$;
create function http_reset_curlopt() returns boolean language sql as $f$ select true $f$;
create function http_list_curlopt() returns table (curlopt text, value text) language sql as $f$ select null::text, null::text where false $f$;
create function urlencode(string varchar) returns text language sql immutable strict as $f$
  select string_agg(case when c ~ '[A-Za-z0-9._~-]' then c
                         else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by i)
    from regexp_split_to_table(string, '') with ordinality u (c, i) $f$;
create function urlencode(data jsonb) returns text language sql immutable strict as $f$
  select string_agg(@extschema@.urlencode(key::varchar) || '=' || @extschema@.urlencode(value::varchar), '&') from jsonb_each_text(data) $f$;
