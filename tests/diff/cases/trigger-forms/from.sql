create table public.t (id int primary key, a int, b text, updated_at timestamptz);
create function public.touch() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;
create function public.audit() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger touch before update of a on public.t for each row execute function public.touch();
create trigger audit after update on public.t referencing new table as n for each statement execute function public.audit();
create constraint trigger later after insert on public.t deferrable initially deferred for each row execute function public.audit();
