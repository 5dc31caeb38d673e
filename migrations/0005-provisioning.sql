create type entitlement_state as enum ('granted', 'revoked');
create type service_state as enum ('pending', 'provisioning', 'active', 'suspended', 'terminated', 'failed');
create type suspension_reason as enum ('non_payment', 'abuse', 'dispute', 'by_staff');
create type machine_power as enum ('running', 'stopped', 'paused');

-- What a subscription lets its service use.
create table entitlements (
  id               text primary key check (id like 'etl_%'),
  customer_id      text not null references customers,
  subscription_id  text not null references subscriptions,
  code             text not null,
  quantity         int not null check (quantity > 0),
  state            entitlement_state not null,
  created_at       timestamptz not null,
  updated_at       timestamptz not null,
  unique (subscription_id, code)
);

create table nodes (
  name       text primary key,
  region_id  text not null references regions,
  -- A node that is drained takes no new machine.
  active     boolean not null
);

create table services (
  id               text primary key check (id like 'svc_%'),
  customer_id      text not null references customers,
  subscription_id  text not null unique references subscriptions,
  plan_id          text not null references plans,
  region_id        text not null references regions,
  image_id         text not null references images,
  state            service_state not null,
  hostname         text not null,
  ssh_key          text,
  cores            int not null,
  memory_mb        int not null,
  disk_gb          int not null,
  address_count    int not null check (address_count between 1 and 16),
  node             text references nodes (name),
  vm_id            int,
  -- What the host last told, and when.
  power            machine_power,
  power_seen_at    timestamptz,
  failure          text,
  activated_at     timestamptz,
  terminated_at    timestamptz,
  created_at       timestamptz not null,
  updated_at       timestamptz not null
);
create index services_by_customer on services (customer_id, id);
create index services_by_state on services (state, id);
create index services_by_node on services (node) where node is not null;
create index services_by_hostname on services using gin (hostname gin_trgm_ops);

create table service_suspensions (
  id          text primary key check (id like 'sus_%'),
  service_id  text not null references services,
  reason      suspension_reason not null,
  note        text,
  created_at  timestamptz not null,
  lifted_at   timestamptz
);
create unique index service_suspensions_one_per_reason on service_suspensions (service_id, reason) where lifted_at is null;

-- Numbers of machines are ours to give: one service each, and not again within 30 days.
create table vm_ids (
  vm_id         int primary key,
  service_id    text references services,
  allocated_at  timestamptz not null,
  released_at   timestamptz,
  check ((service_id is null) = (released_at is not null))
);
create unique index vm_ids_one_per_service on vm_ids (service_id) where service_id is not null;

create table address_pools (
  id            text primary key check (id like 'apl_%'),
  region_id     text not null references regions,
  family        int not null check (family in (4, 6)),
  gateway       inet not null,
  prefix        int not null,
  name_servers  text[] not null
);

create table addresses (
  address            inet primary key,
  pool_id            text not null references address_pools,
  service_id         text references services,
  allocated_at       timestamptz,
  -- Rests for a day after its machine is destroyed, until nobody's caches point at it.
  quarantined_until  timestamptz
);
create index addresses_free on addresses (pool_id, address) where service_id is null;
create index addresses_by_service on addresses (service_id) where service_id is not null;
