create table public.purchases (
  id uuid primary key default gen_random_uuid(),
  kit_id uuid not null references public.kits (id) on delete restrict,
  buyer_id uuid references public.profiles (id) on delete set null,
  amount_cents integer not null,
  currency text not null,
  stripe_payment_id text,
  status public.purchase_status not null default 'pending',
  download_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint purchases_stripe_payment_id_key unique (stripe_payment_id),
  constraint purchases_amount_cents_not_negative check (amount_cents >= 0),
  constraint purchases_currency_format check (currency ~ '^[A-Z]{3}$')
);
comment on table public.purchases is 'Payments for kits, written by the server. A kit with a purchase cannot be deleted.';
comment on column public.purchases.buyer_id is 'Null when the buyer left: the seller''s books keep the sale.';
comment on column public.purchases.amount_cents is 'Amount paid, in the smallest unit of the currency.';
comment on column public.purchases.currency is 'ISO 4217 code.';
comment on column public.purchases.stripe_payment_id is 'Stripe''s id of the payment. Null while there is none, as for a free kit.';
comment on column public.purchases.download_expires_at is 'End of the download right. Null when it does not end.';

create index purchases_kit_id_idx on public.purchases (kit_id);
create index purchases_buyer_id_idx on public.purchases (buyer_id);

create trigger purchases_set_updated_at
  before update on public.purchases
  for each row execute function private.set_updated_at();

-- A kit's policy asks for its purchases and a purchase's policy for its kit, which Postgres refuses as infinite
-- recursion. This function is the way out: it reads purchases without their policies, for the caller alone.
create function private.bought_kit_ids() returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select kit_id
  from public.purchases
  where buyer_id = (select auth.uid()) and status = 'completed';
$$;
comment on function private.bought_kit_ids() is 'The kits that the caller has bought.';

-- Buyers keep what they bought when its seller leaves. A sold kit goes off the market without an owner;
-- the others go with the seller.
create function private.keep_sold_kits() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.kits
    set owner_id = null, visibility = 'private', status = 'archived'
    where owner_id = old.id
      and exists (select 1 from public.purchases where purchases.kit_id = kits.id);
  return old;
end;
$$;
comment on function private.keep_sold_kits() is 'Takes sold kits off the market when their seller''s profile is deleted.';

revoke execute on function private.bought_kit_ids() from public, anon, authenticated, service_role;
revoke execute on function private.keep_sold_kits() from public, anon, authenticated, service_role;

grant execute on function private.bought_kit_ids() to authenticated;

create trigger profiles_keep_sold_kits
  before delete on public.profiles
  for each row execute function private.keep_sold_kits();
