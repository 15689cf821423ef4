alter table public.purchases enable row level security;

revoke all on table public.purchases from public, anon, authenticated, service_role;
grant select on table public.purchases to authenticated;
grant select, insert, update on table public.purchases to service_role;

create policy purchases_select on public.purchases
  for select to authenticated
  using (
    buyer_id = (select auth.uid())
    or exists (
      select 1
      from public.kits
      where kits.id = purchases.kit_id and kits.owner_id = (select auth.uid())
    )
  );
