-- change.sql

-- Written by kitdb generate: +1 schema, -1 schema, -2 types, -1 sequence, -1 policy, -1 trigger, -3 tables, -1 materialized view, -1 view, -2 functions, -1 publication, -1 publication table. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function gone.f(gone.a) is dropped
-- breaks-clients: function gone.tf() is dropped
-- breaks-clients: materialized view gone.m is dropped
-- breaks-clients: view gone.v is dropped
-- deletes-data: table gone.a, with its rows
-- deletes-data: table gone.b, with its rows
-- deletes-data: table gone.b1, with its rows

drop policy p on gone.a;

drop materialized view gone.m;

drop view gone.v;

create schema other;

alter default privileges for role postgres in schema gone revoke select on tables from anon;

drop function gone.f(gone.a);

drop table gone.b1;

drop table gone.b;

drop table gone.a;

drop publication gone_pub;

drop function gone.tf();

drop domain gone.d;

drop type gone.e;

drop schema gone;
