create table public."order" ("select" bigint primary key, "größe" varchar(20), "a""b" int not null default 0, "from" text);
create index "index" on public."order" (lower("größe"));
