-- change.sql

-- Written by kitdb generate: -1 constraint, ~1 type, ~3 columns, +1 grant.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.
-- may-fail-on-data: public.ticket.history: values that the new public.state lacks stop the migration
-- may-fail-on-data: public.ticket.l: values that the new public.live_state lacks stop the migration
-- may-fail-on-data: public.ticket.s: values that the new public.state lacks stop the migration
-- rewrites-table: every row of public.ticket is written anew

drop policy open_only on public.ticket;

drop view public.opened;

drop materialized view public.by_state;

drop index public.ticket_open;

alter domain public.live_state drop constraint live_state_check;

alter table public.ticket alter column history drop default;

alter table public.ticket alter column s drop default;

drop function public.next_state(public.state,public.state);

drop function public.states();

alter type public.state rename to state__old;

create type public.state as enum ('draft', 'open', 'closed');

comment on type public.state is 'where a ticket is';

grant usage on type public.state to anon;

alter domain public.live_state rename to live_state__old;

create domain public.live_state as public.state;

alter table public.ticket alter column history type public.state[] using history::text[]::public.state[];

alter table public.ticket alter column l type public.live_state using l::text::public.live_state;

alter table public.ticket alter column s type public.state using s::text::public.state;

alter table public.ticket alter column history set default '{draft,open}'::public.state[];

alter table public.ticket alter column s set default 'draft'::public.state;

create index ticket_open on public.ticket (id) where s = 'open';

create policy open_only on public.ticket for select using (s <> 'closed'::public.state);

create function public.next_state(s public.state, fallback public.state default 'closed') returns public.state language sql immutable as $$ select case s when 'draft' then 'open'::public.state else fallback end $$;

create function public.states() returns setof public.state language sql stable as $$ select unnest(enum_range(null::public.state)) $$;

create view public.opened as select id, public.next_state(s) as after from public.ticket where s in ('draft', 'open');

create materialized view public.by_state as select s, count(*) n from public.ticket group by s;

create index by_state_s on public.by_state (s);

drop domain public.live_state__old;

drop type public.state__old;
