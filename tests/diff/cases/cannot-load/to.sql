-- fails: relation "public.missing" does not exist
create view public.v as select * from public.missing;
