-- A shop: products, carts, orders that only a function makes, reviews, administrators in a table.
create table public.products (id bigint generated always as identity primary key, sku text not null unique, name text not null,
  price_cents int not null check (price_cents > 0), stock int not null default 0 check (stock >= 0), published boolean not null default false);
create table public.user_roles (user_id uuid not null references auth.users on delete cascade, role text not null check (role in ('admin', 'support')), primary key (user_id, role));
create table public.cart_items (user_id uuid not null default auth.uid() references auth.users on delete cascade, product_id bigint not null references public.products on delete cascade,
  quantity int not null default 1 check (quantity between 1 and 99), primary key (user_id, product_id));
create table public.orders (id uuid primary key default gen_random_uuid(), customer_id uuid not null references auth.users, total_cents int not null check (total_cents >= 0),
  status text not null default 'pending' check (status in ('pending', 'paid', 'shipped', 'cancelled')), created_at timestamptz not null default now());
create table public.order_lines (order_id uuid not null references public.orders on delete cascade, product_id bigint not null references public.products,
  quantity int not null check (quantity > 0), price_cents int not null, primary key (order_id, product_id));
create table public.reviews (id bigint generated always as identity primary key, product_id bigint not null references public.products on delete cascade,
  author_id uuid not null default auth.uid() references auth.users on delete cascade, stars int not null check (stars between 1 and 5), body text, unique (product_id, author_id));
create function public.has_role(wanted text) returns boolean language sql stable security definer set search_path = '' as
  $$ select exists (select from public.user_roles r where r.user_id = auth.uid() and r.role = wanted) $$;
create function public.checkout() returns uuid language plpgsql security definer set search_path = '' as $$
declare made uuid; begin
  if auth.uid() is null or not exists (select from public.cart_items c where c.user_id = auth.uid()) then raise exception 'the cart is empty'; end if;
  insert into public.orders (customer_id, total_cents) select auth.uid(), sum(c.quantity * p.price_cents)::int from public.cart_items c
    join public.products p on p.id = c.product_id where c.user_id = auth.uid() returning id into made;
  insert into public.order_lines select made, c.product_id, c.quantity, p.price_cents from public.cart_items c join public.products p on p.id = c.product_id where c.user_id = auth.uid();
  delete from public.cart_items where user_id = auth.uid(); return made; end $$;
revoke execute on function public.checkout() from public, anon; grant execute on function public.checkout() to authenticated;
alter table public.products enable row level security; alter table public.user_roles enable row level security; alter table public.cart_items enable row level security;
alter table public.orders enable row level security; alter table public.order_lines enable row level security; alter table public.reviews enable row level security;
create policy "catalogue" on public.products for select using (published or public.has_role('admin'));
create policy "admins write" on public.products for all to authenticated using (public.has_role('admin')) with check (public.has_role('admin'));
create policy "own roles" on public.user_roles for select to authenticated using (user_id = (select auth.uid()));
create policy "admins appoint" on public.user_roles for all to authenticated using (public.has_role('admin')) with check (public.has_role('admin'));
create policy "own cart" on public.cart_items for all to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid())
  and exists (select from public.products p where p.id = product_id and p.published));
create policy "own orders" on public.orders for select to authenticated using (customer_id = (select auth.uid()) or public.has_role('admin') or public.has_role('support'));
create policy "cancel" on public.orders for update to authenticated using (customer_id = (select auth.uid()) and status = 'pending') with check (customer_id = (select auth.uid()) and status = 'cancelled');
revoke update on public.orders from anon, authenticated; grant update (status) on public.orders to authenticated;
create policy "own lines" on public.order_lines for select to authenticated using (exists (select from public.orders o where o.id = order_id));
create policy "read" on public.reviews for select using (true);
create policy "buyers review" on public.reviews for insert to authenticated with check (author_id = (select auth.uid()) and exists (
  select from public.order_lines l join public.orders o on o.id = l.order_id where o.customer_id = (select auth.uid()) and l.product_id = reviews.product_id and o.status in ('paid', 'shipped')));
create policy "own review" on public.reviews for update to authenticated using (author_id = (select auth.uid())) with check (author_id = (select auth.uid()));
create policy "remove review" on public.reviews for delete to authenticated using (author_id = (select auth.uid()) or public.has_role('support'));
