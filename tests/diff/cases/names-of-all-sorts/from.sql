create schema "a.b";
create schema "Größe";
create table "a.b"."x.y" ("a.b.c" int primary key, "%s" text, " lead" text default ' ', "trail " text, "$1" int, "tab	le" int);
create table "Größe"."😀" ("кол" int, "group" text, "end" int generated always as ("кол" * 2) stored);
create index "in""dex.1" on "a.b"."x.y" ("%s", " lead");
