-- How a seller bills. A row of its own settings per interval, the dunning steps in days around the due day.
alter table legal_entities
  add column renewal_lead_days int not null default 14 check (renewal_lead_days between 0 and 60),
  -- A period paid for while the service was suspended begins with the payment; else at the end of the one before.
  add column late_period_from_payment boolean not null default true;
alter table legal_entities alter column renewal_lead_days drop default, alter column late_period_from_payment drop default;

create table renewal_leads (
  legal_entity_id  text not null references legal_entities,
  interval_unit    interval_unit not null,
  interval_count   int not null check (interval_count > 0),
  days             int not null check (days between 0 and 60),
  primary key (legal_entity_id, interval_unit, interval_count)
);

create type dunning_action as enum ('remind', 'charge', 'retry', 'warn', 'suspend', 'final_warning', 'terminate');
create table dunning_steps (
  legal_entity_id  text not null references legal_entities,
  -- Days after the due day; before it when negative.
  day              int not null check (day between -60 and 365),
  action           dunning_action not null,
  primary key (legal_entity_id, day, action)
);

create function default_dunning_steps() returns trigger language plpgsql as $$
begin
  insert into dunning_steps (legal_entity_id, day, action)
  select new.id, day, action::dunning_action from (values (-7, 'remind'), (-1, 'remind'), (0, 'charge'), (1, 'retry'), (3, 'retry'),
    (4, 'warn'), (5, 'suspend'), (7, 'retry'), (25, 'final_warning'), (30, 'terminate')) as s (day, action);
  insert into renewal_leads (legal_entity_id, interval_unit, interval_count, days) values (new.id, 'day', 1, 0), (new.id, 'week', 1, 3);
  return null;
end $$;
create trigger legal_entities_default_dunning after insert on legal_entities for each row execute function default_dunning_steps();
insert into dunning_steps (legal_entity_id, day, action)
select e.id, day, action::dunning_action from legal_entities e cross join (values (-7, 'remind'), (-1, 'remind'), (0, 'charge'), (1, 'retry'),
  (3, 'retry'), (4, 'warn'), (5, 'suspend'), (7, 'retry'), (25, 'final_warning'), (30, 'terminate')) as s (day, action);
insert into renewal_leads (legal_entity_id, interval_unit, interval_count, days)
select e.id, s.* from legal_entities e cross join (values ('day'::interval_unit, 1, 0), ('week'::interval_unit, 1, 3)) as s;

-- Agreements: who sells, up to which day is billed, and from which day on the next period may be billed.
alter table subscriptions
  add column legal_entity_id text references legal_entities,
  add column billed_until date,
  -- Empty while nothing is to be billed: the period before is not paid yet, or the agreement ends.
  add column next_billing_on date,
  -- The agreement ends at the end of this period or before; the day itself is not part of it any more.
  add column cancel_on date,
  add column cancel_reason text;
update subscriptions set legal_entity_id = (select id from legal_entities order by id limit 1), billed_until = current_period_end,
  next_billing_on = case when state <> 'cancelled' then current_period_end - 14 end;
alter table subscriptions
  alter column legal_entity_id set not null,
  alter column billed_until set not null,
  add check (billed_until >= current_period_end),
  add check (state <> 'cancelled' or next_billing_on is null);
drop index subscriptions_due;
create index subscriptions_to_bill on subscriptions (customer_id, next_billing_on) where next_billing_on is not null;
create index subscriptions_billing_day on subscriptions (next_billing_on) where next_billing_on is not null;
create index subscriptions_to_end on subscriptions (cancel_on) where cancel_on is not null and state <> 'cancelled';

-- What a period of an agreement consists of, at the price agreed: minor units, with or without tax as the seller's prices are.
create table subscription_items (
  id               text primary key check (id like 'sit_%'),
  subscription_id  text not null references subscriptions,
  position         int not null,
  kind             invoice_line_kind not null,
  -- The option's code; empty for the plan itself.
  code             text,
  description      text not null,
  quantity         int not null check (quantity > 0),
  unit_minor       bigint not null check (unit_minor >= 0),
  amount_minor     bigint not null check (amount_minor = quantity * unit_minor),
  unique (subscription_id, position)
);
create unique index subscription_items_one_plan on subscription_items (subscription_id) where kind = 'plan';
insert into subscription_items (id, subscription_id, position, kind, description, quantity, unit_minor, amount_minor)
select 'sit_' || substr(id, 5), id, 0, 'plan', description, 1, amount_minor, amount_minor from subscriptions;
alter table subscription_items enable row level security;
create policy own_rows on subscription_items to ez_customer using (exists (select from subscriptions s where s.id = subscription_id)) with check (true);

-- What an item costs in its parts, for the agreement it becomes; empty in orders placed before there were parts.
alter table order_items add column agreed jsonb;

-- Documents: what they are for, the day they are due in the seller's time zone, and the next step of dunning.
create type invoice_purpose as enum ('order', 'renewal', 'change', 'topup', 'manual');
alter table invoices
  add column purpose invoice_purpose not null default 'order',
  add column due_on date,
  add column next_dunning_on date,
  -- Staff's word that nothing is suspended for it before that day.
  add column suspend_hold_until date,
  add column credited_minor bigint not null default 0 check (credited_minor between 0 and total_minor);
update invoices i set due_on = (due_at at time zone e.time_zone)::date from legal_entities e where e.id = i.legal_entity_id;
alter table invoices alter column purpose drop default, alter column credited_minor drop default, alter column due_on set not null, add check (next_dunning_on is null or state = 'open');
create index invoices_to_dun on invoices (next_dunning_on, id) where next_dunning_on is not null;

alter table invoice_lines
  add column discount_minor bigint not null default 0 check (discount_minor >= 0),
  add column cause text not null default 'order',
  -- How the amount came about, for whoever asks: days used, the price before, the coupon.
  add column reasons jsonb,
  -- A void document gives its periods back.
  add column released boolean not null default false;
alter table invoice_lines alter column discount_minor drop default, alter column cause drop default, alter column released drop default;
drop index invoice_lines_one_per_period;
create unique index invoice_lines_one_per_period on invoice_lines (subscription_id, period_start)
  where subscription_id is not null and kind = 'plan' and not released;
create index invoice_lines_by_subscription on invoice_lines (subscription_id) where subscription_id is not null;
update invoice_lines l set released = true from invoices i where i.id = l.invoice_id and i.state = 'void';

-- Customers whose documents could not be made, and why; they are tried again after an hour and hold up nobody else.
create table billing_failures (
  customer_id  text primary key references customers,
  message      text not null,
  failed_at    timestamptz not null
);
create index billing_failures_by_time on billing_failures (failed_at);
alter table billing_failures enable row level security;

create table dunning_runs (
  invoice_id  text not null references invoices,
  day         int not null,
  action      dunning_action not null,
  outcome     text not null,
  ran_at      timestamptz not null,
  -- Every step once per document.
  primary key (invoice_id, day, action)
);
create index dunning_runs_by_time on dunning_runs (ran_at, invoice_id);
alter table dunning_runs enable row level security;
create policy own_rows on dunning_runs to ez_customer using (exists (select from invoices i where i.id = invoice_id));

-- Payments: one may be for several documents, made on a page, of a saved method, or by bank transfer.
create type payment_channel as enum ('checkout', 'saved_method', 'bank_transfer', 'manual');
alter table payments
  alter column invoice_id drop not null,
  add column channel payment_channel not null default 'checkout',
  add column payment_method_id text references payment_methods,
  add column advice text,
  add column refunded_minor bigint not null default 0,
  add column settled_at timestamptz,
  add check (refunded_minor between 0 and amount_minor);
alter table payments alter column channel drop default, alter column refunded_minor drop default;
update payments set settled_at = updated_at where state = 'succeeded';

create table payment_allocations (
  payment_id    text not null references payments,
  invoice_id    text not null references invoices,
  -- What the payment was made for, and what of it the document took; the rest became credit.
  amount_minor  bigint not null check (amount_minor > 0),
  applied_minor bigint not null check (applied_minor between 0 and amount_minor),
  pending       boolean not null,
  primary key (payment_id, invoice_id)
);
create index payment_allocations_by_invoice on payment_allocations (invoice_id);
insert into payment_allocations (payment_id, invoice_id, amount_minor, applied_minor, pending)
select p.id, p.invoice_id, p.amount_minor,
  case when exists (select from ledger_transactions t where t.kind = 'payment' and t.reference = p.id) then p.amount_minor else 0 end, p.state = 'pending'
from payments p;
drop index payments_one_pending;
-- A second click must not charge twice.
create unique index payments_one_pending on payment_allocations (invoice_id) where pending;
alter table payment_allocations enable row level security;
create policy own_rows on payment_allocations to ez_customer using (exists (select from payments p where p.id = payment_id)) with check (true);

alter table payment_methods
  add column kind text not null default 'card',
  add column is_default boolean not null default false,
  add column forgotten_at timestamptz,
  alter column expiry_month drop not null,
  alter column expiry_year drop not null;
alter table payment_methods alter column kind drop default, alter column is_default drop default;
update payment_methods m set is_default = true where id = (select max(id) from payment_methods n where n.customer_id = m.customer_id);
create unique index payment_methods_one_default on payment_methods (customer_id) where is_default and forgotten_at is null;

alter table customers add column auto_pay boolean not null default true;
alter table customers alter column auto_pay drop default;

-- Credit: what we owe a customer. Grants are used oldest first; the ledger account tells the sum.
create type credit_source as enum ('overpayment', 'void_document', 'topup', 'change', 'staff', 'refund_failed');
create table credit_grants (
  id               text primary key check (id like 'crg_%'),
  customer_id      text not null references customers,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor     bigint not null check (amount_minor > 0),
  remaining_minor  bigint not null check (remaining_minor between 0 and amount_minor),
  source           credit_source not null,
  reference        text not null,
  note             text,
  created_at       timestamptz not null,
  -- A fact gives credit once.
  unique (source, reference)
);
create index credit_grants_left on credit_grants (customer_id, currency, id) where remaining_minor > 0;
create index credit_grants_by_customer on credit_grants (customer_id, id);
create table credit_uses (
  id            text primary key check (id like 'cru_%'),
  grant_id      text not null references credit_grants,
  customer_id   text not null references customers,
  -- Empty when the credit was taken back by staff or paid out.
  invoice_id    text references invoices,
  amount_minor  bigint not null check (amount_minor > 0),
  note          text,
  created_at    timestamptz not null
);
create index credit_uses_by_grant on credit_uses (grant_id);
create index credit_uses_by_invoice on credit_uses (invoice_id) where invoice_id is not null;
create index credit_uses_by_customer on credit_uses (customer_id, id);

-- Corrections of numbered documents.
create table credit_notes (
  id               text primary key check (id like 'crn_%'),
  customer_id      text not null references customers,
  legal_entity_id  text not null references legal_entities,
  invoice_id       text not null references invoices,
  series           text,
  sequence         int check (sequence > 0),
  number           text unique,
  issued_at        timestamptz,
  content_hash     text,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  subtotal_minor   bigint not null,
  tax_minor        bigint not null,
  total_minor      bigint not null check (total_minor > 0),
  reason           text not null,
  seller           jsonb not null,
  buyer            jsonb not null,
  locale           locale not null,
  created_at       timestamptz not null,
  unique (series, sequence),
  check (total_minor = subtotal_minor + tax_minor)
);
create index credit_notes_by_customer on credit_notes (customer_id, id);
create index credit_notes_by_invoice on credit_notes (invoice_id);
create index credit_notes_to_number on credit_notes (id) where number is null;
create table credit_note_lines (
  id                text primary key check (id like 'cnl_%'),
  credit_note_id    text not null references credit_notes,
  invoice_line_id   text references invoice_lines,
  position          int not null,
  description       text not null,
  amount_minor      bigint not null,
  tax_basis_points  int not null,
  tax_minor         bigint not null,
  unique (credit_note_id, position)
);

-- Money sent back.
create type refund_state as enum ('pending', 'succeeded', 'failed', 'needs_person');
create table refunds (
  id                 text primary key check (id like 'ref_%'),
  payment_id         text not null references payments,
  customer_id        text not null references customers,
  credit_note_id     text references credit_notes,
  state              refund_state not null,
  amount_minor       bigint not null check (amount_minor > 0),
  currency           text not null check (currency ~ '^[A-Z]{3}$'),
  reason             text not null,
  gateway_refund_id  text unique,
  -- Made in the gateway's own dashboard, and imported.
  imported           boolean not null,
  failure_code       text,
  created_at         timestamptz not null,
  updated_at         timestamptz not null
);
create index refunds_by_payment on refunds (payment_id);
create index refunds_by_customer on refunds (customer_id, id);
create index refunds_open on refunds (state, id) where state in ('pending', 'needs_person');

-- Charges contested at the bank.
create type dispute_state as enum ('warning', 'open', 'won', 'lost', 'warning_closed');
create table disputes (
  id                  text primary key check (id like 'dsp_%'),
  payment_id          text not null references payments,
  customer_id         text not null references customers,
  gateway_dispute_id  text not null unique,
  state               dispute_state not null,
  amount_minor        bigint not null check (amount_minor > 0),
  withdrawn_minor     bigint not null,
  currency            text not null check (currency ~ '^[A-Z]{3}$'),
  reason              text not null,
  evidence_due_at     timestamptz,
  created_at          timestamptz not null,
  updated_at          timestamptz not null
);
create index disputes_by_state on disputes (state, id);
create index disputes_by_payment on disputes (payment_id);
create index disputes_by_customer on disputes (customer_id, id);

do $$
declare
  its_table text;
begin
  foreach its_table in array array['credit_grants', 'credit_uses', 'credit_notes', 'refunds', 'disputes'] loop
    execute format('alter table %I enable row level security', its_table);
    execute format('create policy own_rows on %I to ez_customer using (customer_id = acting_customer())', its_table);
  end loop;
end $$;
alter table credit_note_lines enable row level security;
create policy own_rows on credit_note_lines to ez_customer using (exists (select from credit_notes c where c.id = credit_note_id)) with check (true);

-- Money sits with the gateway (clearing) or at our bank; contested money is withdrawn until it is decided.
alter table ledger_entries drop constraint ledger_entries_account_check;
alter table ledger_entries add constraint ledger_entries_account_check
  check (account in ('receivable', 'revenue', 'tax', 'clearing', 'bank', 'credit', 'disputes', 'bad_debt', 'goodwill'));

-- The k-th period begins k intervals after the anchor; the 31st comes back after February.
create function period_start_of(anchor date, unit interval_unit, count int, index int) returns date language sql immutable parallel safe as $$
  select (anchor + case unit
    when 'day' then make_interval(days => count * index)
    when 'week' then make_interval(weeks => count * index)
    when 'month' then make_interval(months => count * index)
    else make_interval(years => count * index) end)::date
$$;

-- How many days before the end of a period the next one is billed: never so early that the period before has hardly begun.
create function renewal_lead_of(entity text, unit interval_unit, count int) returns int language sql stable parallel safe as $$
  select coalesce((select days from renewal_leads where legal_entity_id = entity and interval_unit = unit and interval_count = count),
    (select least(renewal_lead_days, case unit when 'day' then count / 2 when 'week' then count * 3 else renewal_lead_days end)
     from legal_entities where id = entity))
$$;

-- What a numbered document consists of stays as it is. Rows that are added are looked at once per statement, since a night adds
-- thousands at a time; the index is meant, however small the table was when the plan was made.
create function refuse_additions_to_numbered() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  numbered text;
begin
  select i.id into numbered from added a join invoices i on i.id = a.invoice_id where i.number is not null limit 1;
  if numbered is not null then
    raise exception 'invoice % is numbered, its % cannot change', numbered, replace(tg_table_name, 'invoice_', '')
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
drop trigger invoice_lines_numbered_are_final on invoice_lines;
create trigger invoice_lines_numbered_are_final before update or delete on invoice_lines for each row execute function refuse_change_of_numbered_line();
create trigger invoice_lines_not_added after insert on invoice_lines referencing new table as added
  for each statement execute function refuse_additions_to_numbered();
