-- What can be ordered, in depth: setup fees, trials, stock, limits, prices paid once, and options of more kinds.

-- Paid once: the agreement stays until it is cancelled, and never renews.
alter type interval_unit add value 'once';
-- One of several choices; a quantity in steps.
alter type option_kind add value 'choice';
alter type option_kind add value 'slider';
alter type invoice_line_kind add value 'setup';

alter table prices
  -- Charged once, with the first document, in the currency of the price.
  add column setup_minor bigint not null default 0 check (setup_minor >= 0),
  -- Days before the first paid period; empty where nothing can be tried out.
  add column trial_days int check (trial_days between 1 and 365),
  -- A trial asks for nothing, and ends in something that costs.
  add constraint prices_trial_is_free check (trial_days is null or (setup_minor = 0 and amount_minor > 0 and interval_unit::text <> 'once'));
alter table prices alter column setup_minor drop default;

-- How many of a plan a customer may have at a time; empty means any number.
alter table plans add column max_per_customer int check (max_per_customer > 0);

alter table plan_options
  -- What is ordered, if anything is, lies between these in whole steps from the least on. With a least of 0 it may be left out.
  add column min_quantity int not null default 0 check (min_quantity >= 0),
  add column step int not null default 1 check (step > 0),
  add constraint plan_options_range check (max_quantity >= min_quantity and (max_quantity - min_quantity) % step = 0);
alter table plan_options alter column min_quantity drop default, alter column step drop default;
alter table option_prices add column setup_minor bigint not null default 0 check (setup_minor >= 0);
alter table option_prices alter column setup_minor drop default;

-- What an option of kind choice lets choose from; its least quantity says whether one has to be chosen.
create table option_choices (
  id         text primary key check (id like 'och_%'),
  option_id  text not null references plan_options,
  code       text not null check (code ~ '^[a-z0-9-]+$'),
  name       jsonb not null,
  position   int not null,
  active     boolean not null,
  unique (option_id, code)
);
create index option_choices_by_option on option_choices (option_id, position);

-- No row for a currency and period means not for sale so, never free.
create table choice_prices (
  choice_id       text not null references option_choices,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  interval_unit   interval_unit not null,
  interval_count  int not null check (interval_count > 0),
  amount_minor    bigint not null check (amount_minor >= 0),
  setup_minor     bigint not null check (setup_minor >= 0),
  primary key (choice_id, currency, interval_unit, interval_count)
);

-- How many of a plan there are, in a region or in all together. What is ordered and what runs is taken; no row means enough.
create table plan_stock (
  id         text primary key check (id like 'stk_%'),
  plan_id    text not null references plans,
  -- Empty: in all regions together.
  region_id  text references regions,
  quantity   int not null check (quantity >= 0),
  -- Counted by the database from stock_holdings, never written by hand.
  taken      int not null default 0 check (taken >= 0),
  -- However many order at once, nothing is sold twice.
  constraint plan_stock_not_oversold check (taken <= quantity),
  constraint plan_stock_one_per_region unique nulls not distinct (plan_id, region_id)
);

-- What each ordered item holds, from its order until the order is given up or its service is terminated.
create table stock_holdings (
  order_item_id  text primary key references order_items,
  customer_id    text not null references customers,
  plan_id        text not null references plans,
  region_id      text not null references regions,
  held_at        timestamptz not null,
  released_at    timestamptz
);
create index stock_holdings_by_customer on stock_holdings (customer_id, plan_id) where released_at is null;
create index stock_holdings_by_plan on stock_holdings (plan_id, region_id) where released_at is null;
alter table stock_holdings enable row level security;
create policy own_rows on stock_holdings to ez_customer using (customer_id = acting_customer());

insert into stock_holdings (order_item_id, customer_id, plan_id, region_id, held_at, released_at)
select i.id, o.customer_id, coalesce(v.plan_id, i.plan_id), r.id, o.created_at,
  case when o.state = 'cancelled' then o.updated_at when v.state = 'terminated' then coalesce(v.terminated_at, v.updated_at) end
from order_items i join orders o on o.id = i.order_id join regions r on r.slug = i.configuration ->> 'region'
  left join services v on v.subscription_id = i.subscription_id;

-- The counters follow what is held, in the same statement. Rows are taken in one order, so that two orders never wait for each other.
create function count_held_stock() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.released_at is null then
    perform from plan_stock where plan_id = old.plan_id and (region_id is null or region_id = old.region_id) order by id for update;
    update plan_stock set taken = taken - 1 where plan_id = old.plan_id and (region_id is null or region_id = old.region_id);
  end if;
  if tg_op <> 'DELETE' and new.released_at is null then
    perform from plan_stock where plan_id = new.plan_id and (region_id is null or region_id = new.region_id) order by id for update;
    update plan_stock set taken = taken + 1 where plan_id = new.plan_id and (region_id is null or region_id = new.region_id);
  end if;
  return null;
end $$;
create trigger stock_holdings_are_counted after insert or update or delete on stock_holdings for each row execute function count_held_stock();

-- A limit set later counts what is held already; nobody orders in between.
create function count_stock_anew() returns trigger language plpgsql as $$
begin
  lock table stock_holdings in share row exclusive mode;
  new.taken := (select count(*) from stock_holdings h where h.plan_id = new.plan_id and h.released_at is null
    and (new.region_id is null or new.region_id = h.region_id));
  return new;
end $$;
create trigger plan_stock_counts_anew before insert or update of plan_id, region_id on plan_stock for each row execute function count_stock_anew();

-- For how many days an item is tried out before its first paid period.
alter table order_items add column trial_days int check (trial_days > 0);

-- Who tried what: each product once.
create table trials (
  customer_id  text not null references customers,
  product_id   text not null references products,
  order_id     text not null references orders,
  started_at   timestamptz not null,
  constraint trials_one_per_product primary key (customer_id, product_id)
);
create index trials_by_order on trials (order_id);
alter table trials enable row level security;
create policy own_rows on trials to ez_customer using (customer_id = acting_customer());

alter table subscriptions
  -- The first day of the first paid period, where a trial came before it.
  add column trial_ends_on date,
  -- The customer was told by mail that it ends.
  add column trial_announced_at timestamptz,
  drop constraint subscriptions_periods_check,
  -- No period is billed while the trial has just begun.
  add constraint subscriptions_periods_check check (periods >= 1 or (periods = 0 and trial_ends_on is not null));
create index subscriptions_trial_to_announce on subscriptions (trial_ends_on) where trial_ends_on is not null and trial_announced_at is null and state <> 'cancelled';
alter table subscription_items add column choice text;

-- Whether a trial asks for a saved way to pay before it starts.
alter table legal_entities add column trial_needs_method boolean not null default false;
alter table legal_entities alter column trial_needs_method drop default;

-- What is paid once has one period that does not end.
create or replace function period_start_of(anchor date, unit interval_unit, count int, index int) returns date language sql immutable parallel safe as $$
  select case when index = 0 then anchor else coalesce((anchor + case unit
    when 'day' then make_interval(days => count * index)
    when 'week' then make_interval(weeks => count * index)
    when 'month' then make_interval(months => count * index)
    when 'year' then make_interval(years => count * index) end)::date, date '9999-12-31') end
$$;

create trigger option_choices_bump_offer after insert or update or delete on option_choices for each statement execute function bump_offer_version();
create trigger choice_prices_bump_offer after insert or update or delete on choice_prices for each statement execute function bump_offer_version();
create trigger plan_stock_bump_offer after insert or delete or update of quantity, plan_id, region_id on plan_stock
  for each statement execute function bump_offer_version();
-- The shop says how many are left only of the last few, so only they change what is for sale. At the end of the transaction, so
-- that orders for other plans do not wait.
create constraint trigger plan_stock_few_left_bump_offer after update of taken on plan_stock deferrable initially deferred
  for each row when (new.taken <> old.taken and least(old.quantity - old.taken, new.quantity - new.taken) <= 5) execute function bump_offer_version();
