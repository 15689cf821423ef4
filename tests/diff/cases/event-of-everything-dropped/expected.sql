-- change.sql

-- Written by kitdb generate: -1 schema, -2 types, -1 sequence, -1 materialized view, -2 tables, -1 view, -1 function. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function x.f(x.p) is dropped
-- breaks-clients: materialized view x.m is dropped
-- breaks-clients: view x.v is dropped
-- deletes-data: table x.p, with its rows
-- deletes-data: table x.p1, with its rows

drop materialized view x.m;

drop view x.v;

drop function x.f(x.p);

drop table x.p1;

drop table x.p;

drop domain x.d;

drop type x.e;

drop schema x;
