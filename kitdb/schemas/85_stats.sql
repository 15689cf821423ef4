create function public.get_my_stats()
returns table (
  kit_count bigint,
  project_count bigint,
  total_downloads bigint,
  last_activity timestamptz,
  newest_project_id uuid,
  newest_kit_id uuid
)
language sql
stable
set search_path = ''
as $$
  with
    my_kits as (select * from public.kits where owner_id = (select auth.uid())),
    my_projects as (select * from public.kit_projects where owner_id = (select auth.uid()))
  select
    (select count(*) from my_kits),
    (select count(*) from my_projects),
    (select coalesce(sum(download_count), 0) from my_kits),
    greatest((select max(updated_at) from my_kits), (select max(updated_at) from my_projects)),
    (select id from my_projects order by created_at desc, id desc limit 1),
    (select id from my_kits order by created_at desc, id desc limit 1);
$$;
comment on function public.get_my_stats() is 'One row about the caller''s own kits and projects.';

revoke execute on function public.get_my_stats() from public, anon, authenticated, service_role;

grant execute on function public.get_my_stats() to authenticated;
