create type invoice_state as enum ('draft', 'open', 'paid', 'void', 'uncollectible');
create type payment_state as enum ('pending', 'succeeded', 'failed');
create type subscription_state as enum ('active', 'past_due', 'cancelled');
create type invoice_line_kind as enum ('plan', 'option');
create type gateway_event_state as enum ('received', 'processed', 'ignored', 'suspense');

-- The seller.
create table legal_entities (
  id                  text primary key check (id like 'ent_%'),
  name                text not null,
  address             text not null,
  country             text not null check (country ~ '^[A-Z]{2}$'),
  vat_id              text,
  email               text not null,
  time_zone           text not null,
  series_prefix       text not null check (series_prefix ~ '^[A-Z0-9-]*$'),
  prices_include_tax  boolean not null
);

-- The most specific rule wins; a rule without country is the domestic rate, charged when nothing else fits.
create table tax_rules (
  id                text primary key check (id like 'txr_%'),
  legal_entity_id   text not null references legal_entities,
  country           text check (country ~ '^[A-Z]{2}$'),
  name              text not null,
  rate_basis_points int not null check (rate_basis_points between 0 and 10000),
  valid_from        date not null,
  valid_to          date
);
create unique index tax_rules_one_start on tax_rules (legal_entity_id, coalesce(country, ''), valid_from);

create trigger legal_entities_bump_offer after insert or update or delete on legal_entities for each statement execute function bump_offer_version();
create trigger tax_rules_bump_offer after insert or update or delete on tax_rules for each statement execute function bump_offer_version();

create table subscriptions (
  id                    text primary key check (id like 'sub_%'),
  customer_id           text not null references customers,
  plan_id               text not null references plans,
  state                 subscription_state not null,
  description           text not null,
  currency              text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor          bigint not null check (amount_minor >= 0),
  interval_unit         interval_unit not null,
  interval_count        int not null check (interval_count > 0),
  -- Period k is anchor + k × interval, counted from the anchor, so that the 31st comes back after February.
  anchor                date not null,
  periods               int not null check (periods >= 1),
  current_period_start  date not null,
  current_period_end    date not null check (current_period_end > current_period_start),
  created_at            timestamptz not null,
  updated_at            timestamptz not null
);
create index subscriptions_by_customer on subscriptions (customer_id, id);
create index subscriptions_due on subscriptions (current_period_end) where state <> 'cancelled';

create table invoices (
  id               text primary key check (id like 'inv_%'),
  customer_id      text not null references customers,
  legal_entity_id  text not null references legal_entities,
  state            invoice_state not null,
  -- Taken when paid; until then the document is a pro forma.
  series           text,
  sequence         int check (sequence > 0),
  number           text unique,
  issued_at        timestamptz,
  content_hash     text,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  subtotal_minor   bigint not null,
  tax_minor        bigint not null,
  total_minor      bigint not null check (total_minor >= 0),
  paid_minor       bigint not null check (paid_minor between 0 and total_minor),
  seller           jsonb not null,
  buyer            jsonb not null,
  locale           locale not null,
  due_at           timestamptz not null,
  paid_at          timestamptz,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  unique (series, sequence),
  check (total_minor = subtotal_minor + tax_minor),
  check (state <> 'paid' or paid_minor = total_minor),
  check ((number is null) = (sequence is null) and (number is null) = (issued_at is null))
);
create index invoices_by_customer on invoices (customer_id, id);
create index invoices_by_state on invoices (state, id);
create index invoices_to_number on invoices (paid_at, id) where state = 'paid' and number is null;

create table invoice_lines (
  id                text primary key check (id like 'inl_%'),
  invoice_id        text not null references invoices,
  position          int not null,
  kind              invoice_line_kind not null,
  description       text not null,
  quantity          int not null check (quantity > 0),
  unit_minor        bigint not null,
  -- Net of tax.
  amount_minor      bigint not null,
  tax_basis_points  int not null,
  tax_minor         bigint not null,
  subscription_id   text references subscriptions,
  period_start      date,
  period_end        date,
  unique (invoice_id, position)
);
-- A period is billed once.
create unique index invoice_lines_one_per_period on invoice_lines (subscription_id, period_start)
  where subscription_id is not null and kind = 'plan';

-- A numbered document never changes.
create function refuse_change_of_numbered_invoice() returns trigger language plpgsql as $$
begin
  if old.number is not null and (new.number, new.series, new.sequence, new.issued_at, new.content_hash, new.currency, new.subtotal_minor,
      new.tax_minor, new.total_minor, new.seller, new.buyer, new.customer_id, new.created_at)
      is distinct from (old.number, old.series, old.sequence, old.issued_at, old.content_hash, old.currency, old.subtotal_minor,
      old.tax_minor, old.total_minor, old.seller, old.buyer, old.customer_id, old.created_at) then
    raise exception 'invoice % is numbered and cannot change', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger invoices_numbered_are_final before update on invoices for each row execute function refuse_change_of_numbered_invoice();

-- What a numbered document says, in one figure; a document that was tampered with no longer matches it.
create function invoice_content_hash(invoice text, its_series text, its_sequence int, its_issued_at timestamptz) returns text
language sql stable as $$
  select encode(sha256(convert_to(jsonb_build_array(i.id, its_series, its_sequence, extract(epoch from its_issued_at), i.customer_id, i.currency,
    i.subtotal_minor, i.tax_minor, i.total_minor, i.seller, i.buyer,
    (select jsonb_agg(jsonb_build_array(l.position, l.kind, l.description, l.quantity, l.unit_minor, l.amount_minor, l.tax_basis_points,
      l.tax_minor, l.period_start, l.period_end) order by l.position) from invoice_lines l where l.invoice_id = i.id))::text, 'UTF8')), 'hex')
  from invoices i where i.id = invoice
$$;

create table invoice_series (
  series           text primary key,
  legal_entity_id  text not null references legal_entities,
  next_sequence    int not null check (next_sequence > 0),
  last_issued_at   timestamptz
);

create table gateway_customers (
  customer_id          text not null references customers,
  gateway              text not null,
  gateway_customer_id  text not null,
  created_at           timestamptz not null,
  primary key (customer_id, gateway),
  unique (gateway, gateway_customer_id)
);

create table payments (
  id                  text primary key check (id like 'pay_%'),
  invoice_id          text not null references invoices,
  customer_id         text not null references customers,
  state               payment_state not null,
  gateway             text not null,
  amount_minor        bigint not null check (amount_minor > 0),
  currency            text not null check (currency ~ '^[A-Z]{3}$'),
  -- The hosted page, once it is open.
  session_id          text unique,
  session_url         text,
  expires_at          timestamptz not null,
  gateway_payment_id  text unique,
  -- The last refusal of a card while the page is open, or why the payment failed.
  failure_code        text,
  created_at          timestamptz not null,
  updated_at          timestamptz not null
);
-- A second click must not charge twice.
create unique index payments_one_pending on payments (invoice_id) where state = 'pending';
create index payments_by_invoice on payments (invoice_id, id);
create index payments_by_customer on payments (customer_id, id);

create table payment_methods (
  id                 text primary key check (id like 'pmt_%'),
  customer_id        text not null references customers,
  gateway            text not null,
  gateway_method_id  text not null,
  brand              text not null,
  last_four          text not null,
  expiry_month       int not null,
  expiry_year        int not null,
  created_at         timestamptz not null,
  unique (customer_id, gateway, gateway_method_id)
);

create table ledger_transactions (
  id           text primary key check (id like 'ltx_%'),
  kind         text not null,
  reference    text not null,
  customer_id  text not null references customers,
  created_at   timestamptz not null,
  -- A fact is posted once.
  unique (kind, reference)
);
create index ledger_transactions_by_customer on ledger_transactions (customer_id, id);

create table ledger_entries (
  transaction_id  text not null references ledger_transactions,
  account         text not null check (account in ('receivable', 'revenue', 'tax', 'clearing', 'credit')),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  -- Debit is positive.
  amount_minor    bigint not null check (amount_minor <> 0),
  primary key (transaction_id, account, currency)
);
create trigger ledger_transactions_final before update or delete on ledger_transactions for each row execute function refuse_change();
create trigger ledger_entries_final before update or delete on ledger_entries for each row execute function refuse_change();

-- What the gateway told us: stored before it is answered, worked afterwards.
create table gateway_events (
  id                   text primary key,
  gateway              text not null,
  type                 text not null,
  livemode             boolean not null,
  account              text,
  object_id            text not null,
  checkout_session_id  text,
  payment_id           text,
  failure_code         text,
  state                gateway_event_state not null,
  note                 text,
  received_at          timestamptz not null,
  processed_at         timestamptz
);
create index gateway_events_by_state on gateway_events (state, received_at);
