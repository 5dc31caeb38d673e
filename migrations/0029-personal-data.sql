create type data_export_state as enum ('pending', 'ready');

-- A person's own data as a file, for a week.
create table data_exports (
  id          text primary key check (id like 'exp_%'),
  user_id     text not null references users,
  state       data_export_state not null,
  -- Compressed JSON.
  content     bytea,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  expires_at  timestamptz not null,
  check (content is null or state = 'ready')
);
create unique index data_exports_one_pending on data_exports (user_id) where state = 'pending';
create index data_exports_by_user on data_exports (user_id, id);
create index data_exports_by_expiry on data_exports (expires_at);

-- A closed account lets nobody in. What is personal goes later; what the law keeps stays.
alter table customers add column closed_at timestamptz, add column erased_at timestamptz, add check (erased_at is null or closed_at is not null);
create index customers_to_erase on customers (closed_at) where closed_at is not null and erased_at is null;
