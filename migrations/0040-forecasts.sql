-- Forecasts: what would happen in the next days, as it is set now and as somebody would like to set it. The days pass on copies in
-- databases of their own; here stands what came of it.
create type forecast_state as enum ('pending', 'running', 'finished', 'failed', 'cancelled');
create type forecast_cards as enum ('as_last_time', 'all_succeed', 'all_fail');
create type forecast_side as enum ('today', 'changed');
create type forecast_kind as enum ('invoice', 'payment', 'failed_payment', 'credit', 'mail', 'suspension', 'resumption', 'termination',
  'ending', 'price_change');

create table forecasts (
  id               text primary key check (id like 'fct_%'),
  state            forecast_state not null,
  legal_entity_id  text not null references legal_entities,
  -- How many days after the first one are lived through.
  days             int not null check (days between 7 and 365),
  cards            forecast_cards not null,
  -- The seller's settings: as they stood when it was asked for, and as they were tried.
  settings_today   jsonb not null,
  settings_tried   jsonb not null,
  -- The user who asked for it.
  requested_by     text not null,
  -- The first day, in the seller's time zone; with the first snapshot.
  starts_on        date,
  agreements       int check (agreements >= 0),
  -- Days lived through so far, of both sides.
  passed           int not null check (passed >= 0),
  -- Steps that could not be taken on the copy, of both sides.
  left_out         int not null check (left_out >= 0),
  failure_code     text,
  finished_at      timestamptz,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  check ((failure_code is not null) = (state = 'failed')),
  check ((finished_at is not null) = (state in ('finished', 'failed', 'cancelled')))
);
-- One at a time: it takes a good part of the database server.
create unique index forecasts_one_at_a_time on forecasts ((true)) where state in ('pending', 'running');
create index forecasts_by_state on forecasts (state, id);

-- What would happen, once for both sides: its day and amount with today's settings and with those tried.
create table forecast_rows (
  forecast_id    text not null references forecasts on delete cascade,
  -- In the order of time.
  position       int not null,
  kind           forecast_kind not null,
  -- Which mail it is; empty for everything else.
  template       text,
  customer_id    text not null references customers,
  service_id     text,
  -- The due day of the document it is about.
  due_on         date,
  currency       text check (currency ~ '^[A-Z]{3}$'),
  today_on       date,
  changed_on     date,
  today_minor    bigint,
  changed_minor  bigint,
  differs        boolean not null generated always as
    (today_on is distinct from changed_on or today_minor is distinct from changed_minor) stored,
  primary key (forecast_id, position),
  check (today_on is not null or changed_on is not null),
  check ((template is not null) = (kind = 'mail'))
);
create index forecast_rows_that_differ on forecast_rows (forecast_id, position) where differs;
create index forecast_rows_by_customer on forecast_rows (customer_id, forecast_id, position);

-- The same by day, for the figures above the list.
create table forecast_days (
  forecast_id   text not null references forecasts on delete cascade,
  side          forecast_side not null,
  day           date not null,
  kind          forecast_kind not null,
  -- Empty for what is no money.
  currency      text not null check (currency = '' or currency ~ '^[A-Z]{3}$'),
  happenings    int not null check (happenings > 0),
  amount_minor  bigint not null,
  primary key (forecast_id, side, day, kind, currency)
);

-- Only for our own people.
alter table forecasts enable row level security;
alter table forecast_rows enable row level security;
alter table forecast_days enable row level security;

update staff_roles set permissions = permissions || '{forecast.run}' where id = 'billing';
