-- change.sql

-- Written by kitdb generate: +2 columns, +2 constraints, +1 table.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees.
-- may-fail-on-data: constraint r_m_id_m_d_fkey of public.r: rows that break it stop the migration
-- may-fail-on-data: insert or update on table "r" violates foreign key constraint "r_m_id_m_d_fkey" (SQLSTATE 23503) (seen with rows that were put in)

alter table public.m add column u_id integer;

alter table public.m add constraint m_u_id_fkey FOREIGN KEY (u_id) REFERENCES public.u(id);

create table public.m_b partition of public.m for values from ('2025-01-01') to ('2026-01-01');

alter table public.r add constraint r_m_id_m_d_fkey FOREIGN KEY (m_id, m_d) REFERENCES public.m(id, d) ON DELETE CASCADE not valid;

-- change_validate.sql

-- Written by kitdb generate: goes on with change.
-- What is there already is taken up, and rows are looked at, without a lock that others feel for long.

alter table public.r validate constraint r_m_id_m_d_fkey;
