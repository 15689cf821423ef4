-- The regime of hosted projects since 2026: a new object in public is granted to no API role until somebody says so.
-- Run after supabase.sql, whose default privileges are the older regime's. What is not revoked here (truncate,
-- references, trigger) is not revoked there either.
alter default privileges for role postgres in schema public
  revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke execute on functions from anon, authenticated, service_role;
