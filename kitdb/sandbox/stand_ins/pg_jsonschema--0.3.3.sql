-- The keywords that schemas in check constraints use: type, enum, const, required, properties, additionalProperties,
-- items, lengths, bounds, pattern, allOf, anyOf, not. Others are taken as met.
create function _kitdb_is_type(type text, instance jsonb) returns boolean language sql immutable as $f$
  select case type when 'integer' then jsonb_typeof(instance) = 'number' and instance::text::numeric % 1 = 0
    else jsonb_typeof(instance) = type end $f$;
create function _kitdb_errors(schema jsonb, instance jsonb, path text) returns setof text language plpgsql immutable
set search_path from current as $f$
declare
  key text; value jsonb; kind text := jsonb_typeof(instance); number numeric; part jsonb; i int := 0;
begin
  if jsonb_typeof(schema) = 'boolean' then
    if schema = 'false' then return next path || ' is not allowed'; end if;
    return;
  end if;
  for key, value in select * from jsonb_each(schema) loop
    number := case when jsonb_typeof(value) = 'number' then value::text::numeric end;
    case
      when key = 'type' and not exists (
        select from jsonb_array_elements_text(case jsonb_typeof(value) when 'array' then value else jsonb_build_array(value) end) t
         where _kitdb_is_type(t, instance)) then
        return next format('%s is not of type %s', instance, value);
      when key = 'enum' and not value @> jsonb_build_array(instance) then return next format('%s is not one of %s', instance, value);
      when key = 'const' and value <> instance then return next format('%s was expected', value);
      when key = 'required' and kind = 'object' then
        return query select format('%s is a required property', to_jsonb(r)) from jsonb_array_elements_text(value) r where not instance ? r;
      when key = 'properties' and kind = 'object' then
        return query select e from jsonb_each(value) p (name, sub), lateral _kitdb_errors(sub, instance -> name, path || '/' || name) e where instance ? name;
      when key = 'additionalProperties' and kind = 'object' then
        return query select e from jsonb_each(instance) p (name, v), lateral _kitdb_errors(value, v, path || '/' || name) e
          where not coalesce(schema -> 'properties', '{}') ? name;
      when key = 'items' and kind = 'array' and jsonb_typeof(value) <> 'array' then
        for part in select jsonb_array_elements(instance) loop
          return query select _kitdb_errors(value, part, path || '/' || i);
          i := i + 1;
        end loop;
      when key = 'minItems' and kind = 'array' and jsonb_array_length(instance) < number
        or key = 'maxItems' and kind = 'array' and jsonb_array_length(instance) > number
        or key = 'minLength' and kind = 'string' and length(instance #>> '{}') < number
        or key = 'maxLength' and kind = 'string' and length(instance #>> '{}') > number
        or key = 'minimum' and kind = 'number' and instance::text::numeric < number
        or key = 'maximum' and kind = 'number' and instance::text::numeric > number
        or key = 'exclusiveMinimum' and kind = 'number' and instance::text::numeric <= number
        or key = 'exclusiveMaximum' and kind = 'number' and instance::text::numeric >= number
        or key = 'pattern' and kind = 'string' and (instance #>> '{}') !~ (value #>> '{}') then
        return next format('%s does not meet %s %s', instance, key, value);
      when key = 'allOf' then
        return query select e from jsonb_array_elements(value) s, lateral _kitdb_errors(s, instance, path) e;
      when key = 'anyOf' and not exists (select from jsonb_array_elements(value) s
                                          where not exists (select _kitdb_errors(s, instance, path))) then
        return next format('%s is not valid under any of the given schemas', instance);
      when key = 'not' and not exists (select _kitdb_errors(value, instance, path)) then return next format('%s is not allowed', instance);
      else null;
    end case;
  end loop;
end $f$;
create function json_matches_schema(schema json, instance json) returns boolean language plpgsql immutable strict
set search_path from current as $f$ begin return not exists (select _kitdb_errors(schema::jsonb, instance::jsonb, '')); end $f$;
create function jsonb_matches_schema(schema json, instance jsonb) returns boolean language plpgsql immutable strict
set search_path from current as $f$ begin return not exists (select _kitdb_errors(schema::jsonb, instance, '')); end $f$;
create function jsonschema_is_valid(schema json) returns boolean language sql immutable strict as $f$
  select json_typeof(schema) in ('object', 'boolean') $f$;
create function jsonschema_validation_errors(schema json, instance json) returns text[] language plpgsql immutable strict
set search_path from current as $f$ begin return array(select _kitdb_errors(schema::jsonb, instance::jsonb, '')); end $f$;
