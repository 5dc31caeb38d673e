create type order_state as enum ('pending', 'active', 'cancelled');

create table carts (
  id           text primary key check (id like 'crt_%'),
  token_hash   text not null unique,
  customer_id  text references customers,
  currency     text not null check (currency ~ '^[A-Z]{3}$'),
  created_at   timestamptz not null,
  updated_at   timestamptz not null
);
create unique index carts_one_per_customer on carts (customer_id) where customer_id is not null;
create index carts_by_age on carts (updated_at);

create table cart_items (
  id             text primary key check (id like 'cit_%'),
  cart_id        text not null references carts on delete cascade,
  configuration  jsonb not null,
  created_at     timestamptz not null
);
create index cart_items_by_cart on cart_items (cart_id, id);

create table orders (
  id               text primary key check (id like 'ord_%'),
  customer_id      text not null references customers,
  invoice_id       text not null unique references invoices,
  state            order_state not null,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  total_minor      bigint not null check (total_minor >= 0),
  idempotency_key  text not null,
  expires_at       timestamptz not null,
  cancel_reason    text,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  -- Whatever is clicked or retried, an order is placed once.
  unique (customer_id, idempotency_key)
);
create index orders_by_customer on orders (customer_id, id);
create index orders_by_state on orders (state, id);
create index orders_to_expire on orders (expires_at) where state = 'pending';

create table order_items (
  id               text primary key check (id like 'ori_%'),
  order_id         text not null references orders,
  position         int not null,
  plan_id          text not null references plans,
  configuration    jsonb not null,
  description      text not null,
  amount_minor     bigint not null check (amount_minor >= 0),
  subscription_id  text unique references subscriptions,
  unique (order_id, position)
);
