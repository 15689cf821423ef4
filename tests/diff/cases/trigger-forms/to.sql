-- flags: --rename none

create table public.t (id int primary key, a bigint, b varchar(5), updated_at timestamptz);
create function public.touch() returns trigger language plpgsql set search_path = '' as $$ begin new.updated_at := now(); return new; end $$;
create function public.audit() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger touch before update of a, b on public.t for each row when (old.a is distinct from new.a) execute function public.touch('x', 'y''z');
create trigger audit after insert on public.t referencing new table as n for each statement execute function public.audit();
create constraint trigger later after insert or delete on public.t deferrable for each row execute function public.audit();
alter table public.t disable trigger touch;
