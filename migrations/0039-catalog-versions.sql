-- Staff steer what is for sale: a product's entry is edited as a draft beside the one that is live, published now or on a day,
-- and rolled back; and agreements come to a new price only after notice.
create type catalog_version_state as enum ('draft', 'planned', 'live', 'superseded', 'discarded');

create table catalog_versions (
  id            text primary key check (id like 'cve_%'),
  -- A product that was never published has no row of its own yet.
  product_id    text not null check (product_id like 'prd_%'),
  number        int not null check (number > 0),
  state         catalog_version_state not null,
  -- All that the shop says and asks for the product: catalog-document.ts.
  document      jsonb not null,
  -- Counts what was saved, so that two colleagues do not write over each other.
  revision      int not null check (revision > 0),
  -- What the draft began as, and the version it brings back.
  based_on      text references catalog_versions,
  restores      text references catalog_versions,
  publish_at    timestamptz,
  -- Why it could not be published on its day.
  failure       text,
  published_at  timestamptz,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  unique (product_id, number),
  check ((state = 'planned') = (publish_at is not null)),
  check ((state in ('live', 'superseded')) = (published_at is not null))
);
-- One version is for sale, and one is being worked on.
create unique index catalog_versions_one_live on catalog_versions (product_id) where state = 'live';
create unique index catalog_versions_one_open on catalog_versions (product_id) where state in ('draft', 'planned');
create index catalog_versions_planned on catalog_versions (publish_at) where state = 'planned';
alter table catalog_versions enable row level security;

-- What has been for sale keeps saying what it said.
create function refuse_change_of_published_version() returns trigger language plpgsql as $$
begin
  if old.published_at is not null and (new.document, new.published_at, new.product_id, new.number)
      is distinct from (old.document, old.published_at, old.product_id, old.number) then
    raise exception 'catalog version % was published and cannot change', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger catalog_versions_published_are_final before update on catalog_versions for each row
  execute function refuse_change_of_published_version();

-- A plan that is sold no longer says what to take instead.
alter table plans add column successor_id text references plans, add check (successor_id <> id);
create index plans_by_successor on plans (successor_id) where successor_id is not null;
-- An option that is sold no longer stays for those who have it.
alter table plan_options add column active boolean not null default true;
alter table plan_options alter column active drop default;
-- Where a product stands and what is installed on it; empty means everywhere and everything.
alter table products add column region_ids text[] not null default '{}', add column image_ids text[] not null default '{}';
alter table products alter column region_ids drop default, alter column image_ids drop default;

-- How many days before its first renewal a new price is told, at least.
alter table legal_entities add column price_notice_days int not null default 30 check (price_notice_days between 0 and 365);
alter table legal_entities alter column price_notice_days drop default;

create type repricing_state as enum ('draft', 'announced', 'applied', 'cancelled');

-- A new price for the agreements of a plan: prepared, told with notice, and theirs from a renewal on.
create table repricings (
  id               text primary key check (id like 'rpr_%'),
  legal_entity_id  text not null references legal_entities,
  state            repricing_state not null,
  plan_id          text not null references plans,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  interval_unit    interval_unit not null,
  interval_count   int not null check (interval_count > 0),
  -- Of the plan itself, for one period, as prices are stated.
  amount_minor     bigint not null check (amount_minor >= 0),
  -- The first day on which a period may begin at the new price, in the seller's time zone.
  effective_on     date not null,
  -- The days of notice that were promised when it was announced.
  notice_days      int check (notice_days >= 0),
  announced_at     timestamptz,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  check ((announced_at is null) = (notice_days is null)),
  check (state not in ('announced', 'applied') or announced_at is not null)
);
create index repricings_by_state on repricings (state, id);
create index repricings_by_plan on repricings (plan_id, id);
alter table repricings enable row level security;

-- Who keeps the old price.
create table repricing_exclusions (
  repricing_id  text not null references repricings,
  customer_id   text not null references customers,
  created_at    timestamptz not null,
  primary key (repricing_id, customer_id)
);
create index repricing_exclusions_by_customer on repricing_exclusions (customer_id);

-- What was announced to whom: one agreement each.
create table repricing_items (
  id               text primary key check (id like 'rpi_%'),
  repricing_id     text not null references repricings,
  customer_id      text not null references customers,
  subscription_id  text not null references subscriptions,
  -- Of the plan, for one period.
  old_minor        bigint not null check (old_minor >= 0),
  new_minor        bigint not null check (new_minor >= 0 and new_minor <> old_minor),
  -- The first renewal it is expected to hold for.
  first_on         date not null,
  -- When the customer was told, and the first day a period may begin at the new price: after the notice, whenever that left.
  told_at          timestamptz,
  earliest_on      date,
  -- The first period that a document asks the new price for.
  billed_from      date,
  applied_at       timestamptz,
  -- It came to nothing: cancelled, or the agreement ended or became another one before.
  dropped_at       timestamptz,
  -- When a customer who had been told heard that it was cancelled.
  spared_at        timestamptz,
  unique (repricing_id, subscription_id),
  check ((told_at is null) = (earliest_on is null)),
  check (billed_from is null or earliest_on <= billed_from),
  check (applied_at is null or earliest_on is not null),
  check (applied_at is null or dropped_at is null)
);
-- An agreement has one new price before it at a time.
create unique index repricing_items_one_coming on repricing_items (subscription_id) where applied_at is null and dropped_at is null;
create index repricing_items_coming on repricing_items (customer_id) where applied_at is null and dropped_at is null;
create index repricing_items_to_tell on repricing_items (repricing_id, customer_id) where told_at is null and dropped_at is null;
create index repricing_items_to_apply on repricing_items (first_on) where applied_at is null and dropped_at is null;
create index repricing_items_to_spare on repricing_items (repricing_id, customer_id) where dropped_at is not null and told_at is not null and spared_at is null;
create index repricing_items_by_subscription on repricing_items (subscription_id);
create index repricing_items_by_customer on repricing_items (customer_id, id);

-- Whom a plan serves, for lists of who pays what.
create index subscriptions_by_plan on subscriptions (plan_id, id);

do $$
declare
  its_table text;
begin
  foreach its_table in array array['repricing_exclusions', 'repricing_items'] loop
    execute format('alter table %I enable row level security', its_table);
    execute format('create policy own_rows on %I to ez_customer using (customer_id = acting_customer())', its_table);
  end loop;
end $$;

-- The first period start on or after a day that is not billed yet: few candidates around where the day must lie.
create function first_period_on(anchor date, unit interval_unit, count int, periods int, day date) returns date
language sql immutable parallel safe as $$
  select min(start) from (
    select period_start_of(anchor, unit, count, k) as start
    from (select greatest(periods, case unit
      when 'day' then (day - anchor) / count
      when 'week' then (day - anchor) / (7 * count)
      when 'month' then ((extract(year from day) - extract(year from anchor)) * 12 + extract(month from day) - extract(month from anchor))::int / count
      else (extract(year from day) - extract(year from anchor))::int / count
    end - 1) as low) estimate, generate_series(low, low + 3) as k
  ) starts where start >= day
$$;

update staff_roles set permissions = permissions || '{catalog.edit,catalog.publish,catalog.reprice}' where id = 'billing';
update staff_roles set permissions = permissions || '{catalog.edit}' where id = 'operations';
