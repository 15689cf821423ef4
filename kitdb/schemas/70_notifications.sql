create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  actor_id uuid references public.profiles (id) on delete set null,
  type text not null,
  data jsonb not null default '{}',
  is_read boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint notifications_data_object check (jsonb_typeof(data) = 'object')
);
comment on table public.notifications is 'Messages to a user, written by the server.';
comment on column public.notifications.user_id is 'Who is told.';
comment on column public.notifications.actor_id is 'Who caused it. Null when nobody did, or when that user left.';

create index notifications_user_id_idx on public.notifications (user_id);
create index notifications_actor_id_idx on public.notifications (actor_id);

create trigger notifications_set_updated_at
  before update on public.notifications
  for each row execute function private.set_updated_at();
