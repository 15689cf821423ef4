create type public.span as range (subtype = float8);
