create table public."order" ("select" int primary key, "größe" text, "a""b" int);
create index "index" on public."order" ("größe");
