-- change.sql

-- Written by kitdb generate: +1 type, +1 policy, +1 view, +1 constraint, +1 function, ~1 table, ~5 columns, ~1 default.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: "a.b"."x.y"."%s" becomes character varying(3): values that are none stop the migration
-- may-fail-on-data: constraint "x.y_$1_check" of "a.b"."x.y": rows that break it stop the migration
-- rewrites-table: every row of "Größe"."😀" is written anew
-- rewrites-table: every row of "a.b"."x.y" is written anew
-- writes-rows: rows without "a.b"."x.y"."trail " get its default

alter table "Größe"."😀" drop column "end";

create type "a.b"."table" as enum ('%', '', 'ß"');

create sequence "a.b"."Seq";

alter table "a.b"."x.y" alter column "%s" type character varying(3);

alter table "a.b"."x.y" alter column "a.b.c" type bigint;

update "a.b"."x.y" set "trail " = '%'::text where "trail " is null;

alter table "a.b"."x.y" add constraint "x.y_trail _not_null" check ("trail " is not null) not valid;

alter table "a.b"."x.y" alter column "trail " set default '%'::text;

alter table "a.b"."x.y" alter column " lead" set default '  '::text;

alter sequence "a.b"."Seq" owned by "a.b"."x.y"."$1";

alter table "a.b"."x.y" add constraint "x.y_$1_check" CHECK (("$1" > 0)) not valid;

alter table "Größe"."😀" enable row level security;

alter table "Größe"."😀" alter column "кол" type bigint;

alter table "Größe"."😀" add column "end" bigint generated always as ("кол" * 2) stored;

create policy "к ""x"".y" on "Größe"."😀" using ("group" = '%s' or "end" = 1);

create view "a.b"."select" as select "%s" as "as", "a.b.c" from "a.b"."x.y";

grant select ("as") on "a.b"."select" to anon;

create function "a.b"."f.g"("in" "a.b"."table" default '%') returns setof "a.b"."x.y" language sql stable as $$ select * from "a.b"."x.y" $$;

grant execute on function "a.b"."f.g"("a.b"."table") to anon;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table "a.b"."x.y" validate constraint "x.y_trail _not_null";

alter table "a.b"."x.y" alter column "trail " set not null;

alter table "a.b"."x.y" drop constraint "x.y_trail _not_null";

alter table "a.b"."x.y" validate constraint "x.y_$1_check";
