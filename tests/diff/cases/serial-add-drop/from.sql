create table public.t (a text, old serial);
