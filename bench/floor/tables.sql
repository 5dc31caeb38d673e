-- What the floors write: the product's rows without anything around them.
create schema floor;
create table floor.inbox (id text primary key, type text, payload jsonb, received_at timestamptz);
create table floor.job (id bigint generated always as identity primary key, name text not null, payload jsonb, leased_until timestamptz);
create index on floor.job (id) where leased_until is null;
create table floor.invoice (like public.invoices including indexes);
create table floor.invoice_line (like public.invoice_lines including indexes);
create table floor.orders (like public.orders including indexes);
create table floor.order_item (like public.order_items including indexes);
create table floor.event (like public.events including indexes including identity including defaults);
