create table public.t (a int, b int);
comment on table public.t is 'new; with -- dashes';
comment on column public.t.b is 'it''s';
