create table public.docs (id int primary key, body text, fts tsvector generated always as (to_tsvector('simple', coalesce(body, ''))) stored);
create index docs_fts on public.docs using gin (fts);
