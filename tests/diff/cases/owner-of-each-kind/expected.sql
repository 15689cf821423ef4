-- change.sql

-- Written by kitdb generate: privileges and comments.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

alter aggregate public.total(integer) owner to service_role;

alter materialized view public.m owner to service_role;

alter procedure public.p() owner to service_role;

alter schema app owner to service_role;

alter sequence public.s owner to service_role;

alter table public.parts owner to service_role;

alter table public.t owner to service_role;

alter type public.c owner to service_role;

alter domain public.d owner to service_role;

alter type public.e owner to service_role;
