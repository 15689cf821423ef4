create type public.kit_status as enum ('draft', 'processing', 'ready', 'published', 'archived');
comment on type public.kit_status is 'How far a project or a kit has come.';

create type public.visibility_type as enum ('public', 'private');
comment on type public.visibility_type is 'Whether a kit is shown to others once it is published.';

create type public.purchase_status as enum ('pending', 'completed', 'refunded', 'failed');
comment on type public.purchase_status is 'State of a payment. Only a completed purchase opens the kit to its buyer.';

create type public.audit_severity as enum ('info', 'warning', 'error', 'critical');
comment on type public.audit_severity is 'Weight of an audit event, lightest first.';
