-- change.sql

-- Written by kitdb generate: -1 schema, -1 type, -1 sequence, -1 table, -1 function. DESTRUCTIVE
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- breaks-clients: function app.f() is dropped
-- breaks-clients: sequence app.s is dropped
-- deletes-data: table app.t, with its rows

drop function app.f();

drop sequence app.s;

drop table app.t;

drop type app.e;

drop schema app;
