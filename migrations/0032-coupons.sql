-- Discounts: codes that staff give out, who used them for what, and what goes on at renewals.
create type coupon_kind as enum ('percent', 'fixed', 'free_setup');
create type coupon_state as enum ('draft', 'active', 'ended');
create type coupon_redemption_state as enum ('reserved', 'committed', 'released');

-- Whom a coupon may be meant for; how several codes go together is the seller's choice.
alter table customers add column customer_group text check (customer_group <> '');
alter table legal_entities add column coupons_per_order int not null default 1 check (coupons_per_order between 1 and 10);
alter table legal_entities alter column coupons_per_order drop default;

create table coupons (
  id                     text primary key check (id like 'cpn_%'),
  -- As written by staff, and as it is compared: NFKC, case folded, without spaces and invisible characters.
  code                   text not null check (code <> ''),
  code_key               text not null unique check (code_key <> ''),
  -- What invoices call it.
  name                   text not null check (name <> ''),
  kind                   coupon_kind not null,
  state                  coupon_state not null,
  percent_basis_points   int check (percent_basis_points between 1 and 10000),
  -- Empty means all.
  product_ids            text[] not null,
  plan_ids               text[] not null,
  intervals              text[] not null check (intervals <@ array['day', 'week', 'month', 'year']),
  customer_group         text check (customer_group <> ''),
  first_order_only       boolean not null,
  -- How many periods it holds, the first one included; empty means all.
  cycles                 int check (cycles > 0),
  max_uses               int check (max_uses > 0),
  max_uses_per_customer  int check (max_uses_per_customer > 0),
  -- Reserved and committed redemptions.
  uses                   int not null,
  -- The declared order in which several are taken off.
  priority               int not null,
  valid_from             timestamptz,
  valid_until            timestamptz,
  created_at             timestamptz not null,
  updated_at             timestamptz not null,
  check ((kind = 'percent') = (percent_basis_points is not null)),
  check (valid_until > valid_from),
  constraint coupons_uses_within_limit check (uses >= 0 and (max_uses is null or uses <= max_uses))
);
create index coupons_by_state on coupons (state, id);
alter table coupons enable row level security;
-- Whoever orders looks for a code and counts its use; nobody but staff sees what is being prepared.
create policy given_out on coupons for select to ez_customer using (state <> 'draft');
create policy counted on coupons for update to ez_customer using (state <> 'draft');

-- What a fixed coupon takes off, per currency; it does not hold in others.
create table coupon_amounts (
  coupon_id     text not null references coupons,
  currency      text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor  bigint not null check (amount_minor > 0),
  primary key (coupon_id, currency)
);
alter table coupon_amounts enable row level security;
create policy given_out on coupon_amounts for select to ez_customer using (exists (select from coupons c where c.id = coupon_id));

create table coupon_redemptions (
  id           text primary key check (id like 'cpr_%'),
  coupon_id    text not null references coupons,
  customer_id  text not null references customers,
  order_id     text not null references orders,
  state        coupon_redemption_state not null,
  currency     text not null check (currency ~ '^[A-Z]{3}$'),
  -- What it took off the order, as priced.
  off_minor    bigint not null check (off_minor >= 0),
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  unique (order_id, coupon_id)
);
create index coupon_redemptions_by_coupon on coupon_redemptions (coupon_id, id);
create index coupon_redemptions_by_customer on coupon_redemptions (customer_id, id);

-- How often a customer used a coupon: the row that two orders at once meet at.
create table coupon_customers (
  coupon_id    text not null references coupons,
  customer_id  text not null references customers,
  uses         int not null check (uses >= 0),
  primary key (coupon_id, customer_id)
);
create index coupon_customers_by_customer on coupon_customers (customer_id);

-- What goes on at renewals: a share of each line, or an amount spread over them.
create table subscription_discounts (
  id                    text primary key check (id like 'sdc_%'),
  subscription_id       text not null references subscriptions,
  coupon_id             text not null references coupons,
  position              int not null,
  percent_basis_points  int check (percent_basis_points between 1 and 10000),
  amount_minor          bigint check (amount_minor > 0),
  -- Renewals it still holds for; empty means all.
  cycles_left           int check (cycles_left >= 0),
  created_at            timestamptz not null,
  check ((percent_basis_points is null) <> (amount_minor is null)),
  unique (subscription_id, coupon_id)
);
create index subscription_discounts_by_coupon on subscription_discounts (coupon_id);

do $$
declare
  its_table text;
begin
  foreach its_table in array array['coupon_redemptions', 'coupon_customers'] loop
    execute format('alter table %I enable row level security', its_table);
    execute format('create policy own_rows on %I to ez_customer using (customer_id = acting_customer())', its_table);
  end loop;
end $$;
alter table subscription_discounts enable row level security;
create policy own_rows on subscription_discounts to ez_customer using (exists (select from subscriptions s where s.id = subscription_id)) with check (true);

-- Codes typed into a cart, as typed.
alter table carts add column coupon_codes text[] not null default '{}';
alter table carts alter column coupon_codes drop default;

update staff_roles set permissions = permissions || '{coupon.read,coupon.manage}' where id = 'billing';
update staff_roles set permissions = permissions || '{coupon.read}' where id in ('operations', 'support');
