-- flags: --rename none

create type public.state as enum ('draft', 'open', 'closed');
create domain public.live_state as public.state;
create table public.ticket (id int primary key, s public.state not null default 'draft', history public.state[] not null default '{draft,open}', l public.live_state);
create index ticket_open on public.ticket (id) where s = 'open';
create function public.next_state(s public.state, fallback public.state default 'closed') returns public.state language sql immutable as $$ select case s when 'draft' then 'open'::public.state else fallback end $$;
create function public.states() returns setof public.state language sql stable as $$ select unnest(enum_range(null::public.state)) $$;
create materialized view public.by_state as select s, count(*) n from public.ticket group by s;
create index by_state_s on public.by_state (s);
create view public.opened as select id, public.next_state(s) as after from public.ticket where s in ('draft', 'open');
grant usage on type public.state to anon;
comment on type public.state is 'where a ticket is';
alter table public.ticket enable row level security;
create policy open_only on public.ticket for select using (s <> 'closed'::public.state);
