-- change_labels.sql

-- Written by kitdb generate: -1 column, ~1 type, ~1 policy, ~1 column, ~1 default, ~1 index. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- deletes-data: column "My App's"."order"."drop me", with its values
-- may-fail-on-data: "My App's"."order"."Table" becomes character varying(20): values that are none stop the migration
-- rewrites-table: every row of "My App's"."order" is written anew
-- A new enum value can be used once it is committed: what uses it is in the next file.

alter type "My App's"."select" add value 'new ''one''' after 'it''s';

-- change.sql

-- Written by kitdb generate: goes on with change.

drop view "My App's".view;

drop index "My App's"."idx ""q""";

alter table "My App's"."order" alter column "Table" type character varying(20);

alter table "My App's"."order" alter column "zażółć" set default 'new ''one'''::"My App's"."select";

create index "idx ""q""" on "My App's"."order" (lower("Table"));

alter policy "don't ""ask""" on "My App's"."order"
  using (("user" > 1) AND (("Table")::text <> ''''::text));

comment on policy "don't ""ask""" on "My App's"."order" is 'why?';

create view "My App's"."view" with (security_invoker = true) as select "user", "Table" from "My App's"."order";

alter table "My App's"."order" drop column "drop me";
