create type product_kind as enum ('vps');
create type product_state as enum ('published', 'retired');
create type interval_unit as enum ('day', 'week', 'month', 'year');
create type option_kind as enum ('switch', 'quantity');

-- Texts are {"en": …, "de": …}.
create table products (
  id        text primary key check (id like 'prd_%'),
  slug      text not null unique check (slug ~ '^[a-z0-9-]+$'),
  kind      product_kind not null,
  state     product_state not null,
  name      jsonb not null,
  summary   jsonb not null,
  position  int not null
);

create table plans (
  id          text primary key check (id like 'pln_%'),
  product_id  text not null references products,
  slug        text not null unique check (slug ~ '^[a-z0-9-]+$'),
  state       product_state not null,
  name        jsonb not null,
  summary     jsonb not null,
  popular     boolean not null,
  cores       int not null check (cores > 0),
  memory_mb   int not null check (memory_mb > 0),
  disk_gb     int not null check (disk_gb > 0),
  traffic_tb  int not null check (traffic_tb > 0),
  position    int not null
);
create index plans_by_product on plans (product_id, position);

create table plan_features (
  plan_id   text not null references plans,
  position  int not null,
  text      jsonb not null,
  primary key (plan_id, position)
);

-- No row for a currency and period means not for sale so, never free.
create table prices (
  id              text primary key check (id like 'pri_%'),
  plan_id         text not null references plans,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  interval_unit   interval_unit not null,
  interval_count  int not null check (interval_count > 0),
  amount_minor    bigint not null check (amount_minor >= 0),
  active          boolean not null
);
create unique index prices_one_active on prices (plan_id, currency, interval_unit, interval_count) where active;

create table plan_options (
  id            text primary key check (id like 'opt_%'),
  product_id    text not null references products,
  code          text not null check (code ~ '^[a-z0-9-]+$'),
  kind          option_kind not null,
  name          jsonb not null,
  summary       jsonb not null,
  max_quantity  int not null check (max_quantity > 0),
  position      int not null,
  unique (product_id, code)
);

create table option_prices (
  option_id       text not null references plan_options,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  interval_unit   interval_unit not null,
  interval_count  int not null check (interval_count > 0),
  -- For one piece and one period.
  amount_minor    bigint not null check (amount_minor >= 0),
  primary key (option_id, currency, interval_unit, interval_count)
);

create table images (
  id              text primary key check (id like 'img_%'),
  slug            text not null unique check (slug ~ '^[a-z0-9.-]+$'),
  family          text not null,
  name            text not null,
  login_user      text not null,
  template_vm_id  int not null,
  position        int not null,
  active          boolean not null
);

create table regions (
  id        text primary key check (id like 'reg_%'),
  slug      text not null unique check (slug ~ '^[a-z0-9-]+$'),
  name      jsonb not null,
  country   text not null check (country ~ '^[A-Z]{2}$'),
  position  int not null,
  active    boolean not null
);

-- Counts the changes of what is for sale, so that whoever keeps it in memory knows in one look whether it is still true.
create table offer_version (
  only_row  boolean primary key check (only_row),
  version   bigint not null
);
insert into offer_version values (true, 1);

create function bump_offer_version() returns trigger language plpgsql as $$
begin
  update offer_version set version = version + 1;
  return null;
end $$;
create trigger products_bump_offer after insert or update or delete on products for each statement execute function bump_offer_version();
create trigger plans_bump_offer after insert or update or delete on plans for each statement execute function bump_offer_version();
create trigger plan_features_bump_offer after insert or update or delete on plan_features for each statement execute function bump_offer_version();
create trigger prices_bump_offer after insert or update or delete on prices for each statement execute function bump_offer_version();
create trigger plan_options_bump_offer after insert or update or delete on plan_options for each statement execute function bump_offer_version();
create trigger option_prices_bump_offer after insert or update or delete on option_prices for each statement execute function bump_offer_version();
create trigger images_bump_offer after insert or update or delete on images for each statement execute function bump_offer_version();
create trigger regions_bump_offer after insert or update or delete on regions for each statement execute function bump_offer_version();
