create table public.t (id int primary key);
comment on table public.t is e'line one\nline ''two''; \\';
comment on column public.t.id is '$kitdb$';
