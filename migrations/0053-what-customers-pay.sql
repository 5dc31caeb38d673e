-- A form that is sent twice charges once: the second finds the attempt of the first.
alter table payments add column idempotency_key text check (length(idempotency_key) between 8 and 200);
create unique index payments_idempotency_key on payments (customer_id, idempotency_key) where idempotency_key is not null;

-- That a card expires is told twice, about a month and about a week before: each step once for a card and what is printed on it.
create table card_expiry_notices (
  payment_method_id  text not null references payment_methods on delete cascade,
  customer_id        text not null references customers,
  expires_on         date not null,
  step               text not null check (step in ('month', 'week')),
  created_at         timestamptz not null,
  primary key (payment_method_id, expires_on, step)
);
create index card_expiry_notices_by_customer on card_expiry_notices (customer_id);
alter table card_expiry_notices enable row level security;
create policy own_rows on card_expiry_notices to ez_customer using (customer_id = acting_customer());
create index payment_methods_expiring on payment_methods (expiry_year, expiry_month) where is_default and forgotten_at is null;

-- What a contested charge means for what it paid for: as the seller says, or as the product says.
create type dispute_policy as enum ('seller', 'suspend', 'keep');
alter table products add column dispute_policy dispute_policy not null default 'seller';
alter table products alter column dispute_policy drop default;
