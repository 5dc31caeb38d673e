-- Whether what becomes cheaper is changed at once, with credit for the unused days, or when the paid period ends.
alter table legal_entities add column downgrade_at_period_end boolean not null default false;
alter table legal_entities alter column downgrade_at_period_end drop default;

-- Why an agreement ends, in the customer's own words, beside the reason they chose.
alter table subscriptions add column cancel_note text;

create type change_state as enum ('quoted', 'awaiting_payment', 'scheduled', 'applied', 'withdrawn');

-- What a change of an agreement costs, as it was shown: it is what gets charged, to the cent. Once accepted, the change itself.
create table change_quotes (
  id                text primary key check (id like 'chq_%'),
  customer_id       text not null references customers,
  subscription_id   text not null references subscriptions,
  state             change_state not null,
  -- What was asked for.
  wanted            jsonb not null,
  -- What is agreed afterwards: the plan, how often it is paid, and its parts at their prices.
  plan_id           text not null references plans,
  interval_unit     interval_unit not null,
  interval_count    int not null check (interval_count > 0),
  items             jsonb not null,
  description       text not null,
  amount_minor      bigint not null check (amount_minor >= 0),
  currency          text not null check (currency ~ '^[A-Z]{3}$'),
  -- The day from which it holds, in the seller's time zone.
  starts_on         date not null,
  -- A change of how often it is paid begins a new period on that day.
  new_period        boolean not null,
  -- Every period, part and day that the amounts come from.
  detail            jsonb not null,
  tax_basis_points  int not null,
  -- How the change is taxed, as quoted.
  treatment         jsonb not null,
  due_minor         bigint not null check (due_minor >= 0),
  credit_minor      bigint not null check (credit_minor >= 0),
  credit_tax_minor  bigint not null check (credit_tax_minor between 0 and credit_minor),
  next_minor        bigint not null check (next_minor >= 0),
  next_on           date not null,
  -- How the agreement stood when this was shown; another change since then makes it stale.
  basis             text not null,
  digest            text not null,
  expires_at        timestamptz not null,
  used_at           timestamptz,
  -- Unpaid, an accepted change lapses then.
  lapses_at         timestamptz,
  invoice_id        text unique references invoices,
  applied_at        timestamptz,
  created_at        timestamptz not null,
  updated_at        timestamptz not null,
  check ((state = 'quoted') = (used_at is null)),
  check ((state = 'applied') = (applied_at is not null)),
  check (state <> 'awaiting_payment' or (invoice_id is not null and lapses_at is not null))
);
-- One change of an agreement at a time.
create unique index change_quotes_one_live on change_quotes (subscription_id) where state in ('awaiting_payment', 'scheduled');
create index change_quotes_by_subscription on change_quotes (subscription_id, id);
create index change_quotes_by_customer on change_quotes (customer_id, id);
create index change_quotes_lapsing on change_quotes (lapses_at) where state = 'awaiting_payment';
create index change_quotes_starting on change_quotes (starts_on) where state = 'scheduled';
create index change_quotes_left on change_quotes (expires_at) where state = 'quoted';
alter table change_quotes enable row level security;
create policy own_rows on change_quotes to ez_customer using (customer_id = acting_customer());

-- Lists of agreements by how they stand.
create index subscriptions_by_state on subscriptions (state, id);
