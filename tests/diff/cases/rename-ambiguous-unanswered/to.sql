-- fails: old is gone and column public.t.new1 is new; column public.t.old is gone and column public.t.new2 is new
create table public.t (id int primary key, new1 text, new2 text);
