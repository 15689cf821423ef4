create table public.kits (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid default auth.uid() references public.profiles (id) on delete cascade,
  project_id uuid references public.kit_projects (id) on delete set null,
  name text not null,
  description text,
  cover_image_path text,
  bundle_path text,
  price_cents integer not null default 0,
  currency text not null default 'USD',
  visibility public.visibility_type not null default 'private',
  status public.kit_status not null default 'draft',
  download_count integer not null default 0,
  like_count integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint kits_owner_unless_archived check (owner_id is not null or status = 'archived'),
  constraint kits_name_length check (char_length(name) between 1 and 200),
  constraint kits_price_cents_not_negative check (price_cents >= 0),
  constraint kits_currency_format check (currency ~ '^[A-Z]{3}$'),
  constraint kits_download_count_not_negative check (download_count >= 0),
  constraint kits_like_count_not_negative check (like_count >= 0)
);
comment on table public.kits is 'A bundle of samples. It is listed while it is both public and published.';
comment on column public.kits.owner_id is
  'The seller, who inserts the row and keeps it. Null when the seller left and buyers still hold the kit.';
comment on column public.kits.project_id is 'The project that the kit was made from.';
comment on column public.kits.cover_image_path is 'Object name in Storage bucket covers.';
comment on column public.kits.bundle_path is 'UploadThing key in bucket kits, or a Storage object name.';
comment on column public.kits.price_cents is 'Price in the smallest unit of the currency; 0 is free.';
comment on column public.kits.currency is 'ISO 4217 code.';
comment on column public.kits.download_count is 'Kept by the database.';
comment on column public.kits.like_count is 'Rows of kit_likes for this kit. Kept by the database.';

create index kits_owner_id_idx on public.kits (owner_id);
create index kits_project_id_idx on public.kits (project_id);
create index kits_listed_idx on public.kits (created_at desc) where visibility = 'public' and status = 'published';

-- A project and its kit point at each other, so one of the two foreign keys has to wait for the other's table.
alter table public.kit_projects
  add constraint kit_projects_linked_kit_id_fkey
  foreign key (linked_kit_id) references public.kits (id) on delete set null;

-- A like or a download is no edit.
create trigger kits_set_updated_at
  before update on public.kits
  for each row
  when (old.like_count = new.like_count and old.download_count = new.download_count)
  execute function private.set_updated_at();
