insert into storage.buckets (id, name, public) values ('old', 'old', false), ('kept', 'kept', false);
