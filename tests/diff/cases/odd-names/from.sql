create table public."Order" ("select" int primary key, "user name" text, "quo""te" int);
create index "my index" on public."Order" ("user name");
