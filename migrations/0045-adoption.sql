-- Agreements that run as subscriptions at the gateway: adopted, followed and billed there until they are moved over.
create type subscription_biller as enum ('us', 'gateway');
-- What the gateway is asked to do with a subscription: renew no more so that we bill it, end with its period, end at once, go on.
create type adoption_wish as enum ('move', 'end', 'end_now', 'renew');

alter table subscriptions
  add column billed_by subscription_biller not null default 'us',
  -- Kept when it has been moved over, so that it is not adopted again.
  add column gateway_subscription_id text,
  -- How many of its periods the gateway billed, or was paid for before us.
  add column periods_elsewhere int not null default 0 check (periods_elsewhere >= 0),
  add constraint subscriptions_one_per_gateway_subscription unique (gateway_subscription_id),
  -- Our night finds what it bills by its next day of billing. Who is billed by the gateway has none.
  add constraint subscriptions_billed_once check (billed_by = 'us' or (gateway_subscription_id is not null and next_billing_on is null
    and billed_until = current_period_end and trial_ends_on is null)),
  add constraint subscriptions_periods_elsewhere check (periods_elsewhere <= periods),
  drop constraint subscriptions_periods_check,
  -- No period is billed yet while a trial has just begun, or the gateway billed all there were.
  add constraint subscriptions_periods_check check (periods >= 1 or (periods = 0 and (trial_ends_on is not null or gateway_subscription_id is not null)));
alter table subscriptions alter column billed_by drop default, alter column periods_elsewhere drop default;
create index subscriptions_at_gateway on subscriptions (id) where billed_by = 'gateway';

-- No document of ours asks for a period that the gateway bills, whoever makes it.
create function refuse_line_billed_by_gateway() returns trigger language plpgsql as $$
declare
  its_subscription text;
begin
  select s.id into its_subscription from subscriptions s where s.billed_by = 'gateway'
    and s.id in (select a.subscription_id from added a where a.subscription_id is not null and not a.released) limit 1;
  if found then
    raise exception 'subscription % is billed by the gateway', its_subscription using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create trigger invoice_lines_not_of_gateway after insert on invoice_lines referencing new table as added
  for each statement execute function refuse_line_billed_by_gateway();
create trigger invoice_lines_not_to_gateway after update on invoice_lines referencing new table as added
  for each statement execute function refuse_line_billed_by_gateway();

-- How an adopted subscription stands at the gateway, as it said when it was last asked.
create table adoptions (
  subscription_id      text primary key references subscriptions,
  customer_id          text not null references customers,
  gateway              text not null,
  gateway_customer_id  text not null,
  -- In the gateway's own words.
  status               text not null,
  -- Whether it will bill a further period.
  renews               boolean not null,
  period_end           timestamptz not null,
  -- What it charges for a period.
  amount_minor         bigint not null check (amount_minor >= 0),
  -- The way to pay it charges.
  gateway_method_id    text,
  -- What of it we could not go on with, so that it is not moved over; empty when nothing stands against it.
  cannot_move          text,
  -- What it is asked to do, until it says that it did. The version is the key of the call.
  wish                 adoption_wish,
  wish_version         int not null check (wish_version >= 0),
  wished_at            timestamptz,
  -- The wall clock when it was last asked: older answers change nothing.
  looked_at            timestamptz not null,
  -- When it is asked again, if no message comes before; empty once it has ended there.
  look_at              timestamptz,
  -- The first day that we bill, once the gateway has confirmed that it bills no further period.
  moved_from           date,
  moved_at             timestamptz,
  ended_at             timestamptz,
  created_at           timestamptz not null,
  updated_at           timestamptz not null,
  check ((wish is null) = (wished_at is null)),
  check ((moved_at is null) = (moved_from is null)),
  check (ended_at is null or (look_at is null and not renews))
);
create index adoptions_by_customer on adoptions (customer_id, subscription_id);
create index adoptions_to_look on adoptions (look_at, subscription_id) where look_at is not null;
alter table adoptions enable row level security;
create policy own_rows on adoptions to ez_customer using (customer_id = acting_customer());

-- The gateway's own invoices of adopted subscriptions. They are its legal documents under its numbers; none of ours, and not in our books.
create table gateway_invoices (
  id               text primary key,
  subscription_id  text not null references subscriptions,
  customer_id      text not null references customers,
  -- The gateway's, once it is final.
  number           text,
  status           text not null,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  total_minor      bigint not null,
  paid_minor       bigint not null check (paid_minor >= 0),
  -- Days in the time zone of the seller.
  period_start     date not null,
  period_end       date not null,
  -- The gateway's page of it.
  url              text,
  paid_at          timestamptz,
  created_at       timestamptz not null,
  updated_at       timestamptz not null
);
create index gateway_invoices_by_subscription on gateway_invoices (subscription_id, created_at, id);
create index gateway_invoices_by_customer on gateway_invoices (customer_id);
create index gateway_invoices_paid on gateway_invoices (paid_at) where paid_at is not null;
alter table gateway_invoices enable row level security;
create policy own_rows on gateway_invoices to ez_customer using (customer_id = acting_customer());

-- The subscription a message is about, itself or by its invoice.
alter table gateway_events add column gateway_subscription_id text;

-- For the list of what can be adopted, and whom it may belong to.
create index on stripe.subscriptions (created, id);
create index on stripe.customers (lower(data->>'email'));
create index customers_by_email on customers (lower(email));
