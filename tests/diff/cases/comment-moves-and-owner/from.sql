create table public.t (a int);
comment on table public.t is 'old';
comment on column public.t.a is 'it''s';
