-- change.sql

-- Written by kitdb generate: ~2 triggers, ~2 columns.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- rewrites-table: every row of public.m_a is written anew

drop trigger t on public.m;

drop trigger only_a on public.m_a;

alter table public.m alter column n type bigint;

create trigger t before insert or update on public.m for each row execute function public.f();

create trigger only_a after update of n on public.m_a for each row when (old.n is distinct from new.n) execute function public.f();
