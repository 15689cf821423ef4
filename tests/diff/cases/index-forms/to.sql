create table public.t (id int primary key, a text, b int, c text);
create index t_a on public.t (a text_pattern_ops desc nulls last);
create unique index t_b on public.t (b) include (c) where a is not null;
create index t_c on public.t using hash (c);
comment on index public.t_c is 'kept';
create index on public.t ((b + 1), lower(c) collate "C");
