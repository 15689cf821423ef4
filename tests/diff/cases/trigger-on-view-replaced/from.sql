create table public.t (id int primary key, name text, extra jsonb);
create view public.v as select id, name from public.t;
create function public.v_write() returns trigger language plpgsql as $$ begin insert into public.t (id, name) values (new.id, new.name); return new; end $$;
create trigger v_ins instead of insert on public.v for each row execute function public.v_write();
create trigger v_upd instead of update on public.v for each row execute function public.v_write();
comment on trigger v_ins on public.v is 'writes through';
grant select, insert on public.v to authenticated;
create rule v_del as on delete to public.v do instead nothing;
