-- change.sql

-- Written by kitdb generate: privileges and comments.
-- Proved on a copy: it gives the declared schema, object by object; pg_dump agrees; rows, tables, columns and sequences are kept.

comment on column public.c.a is 'attribute';

comment on function public.f() is 'function';

comment on aggregate public.total(integer) is 'aggregate';

comment on index public.t_pkey is 'index of the key';

comment on materialized view public.m is 'materialized view';

comment on column public.m.id is 'column of a materialized view';

comment on procedure public.p(integer) is 'procedure';

comment on publication pub is 'publication';

comment on schema app is 'schema';

comment on sequence public.s is 'sequence';

comment on table public.t is 'table
with a second line';

comment on column public.t.a is 'column';

comment on constraint a_big on public.t is 'constraint';

comment on constraint t_pkey on public.t is 'key';

comment on index public.t_a is 'index';

comment on policy po on public.t is 'policy';

comment on rule r on public.t is 'rule';

comment on statistics public.st is 'statistics';

comment on trigger tr on public.t is 'trigger';

comment on type public.c is 'composite';

comment on domain public.d is 'domain';

comment on constraint nonempty on domain public.d is 'constraint of a domain';

comment on type public.e is 'enum';

comment on view public.v is 'view';

comment on column public.v.id is 'column of a view';
