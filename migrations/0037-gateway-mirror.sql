-- How far we have come with what the gateway lists: its events, and the objects of each type.
create table gateway_cursors (
  name          text primary key,
  -- Everything that was made before this has been seen.
  seen_until    timestamptz,
  -- The last object of the last page that was stored.
  after_id      text,
  -- When the end was reached for the first time.
  completed_at  timestamptz,
  updated_at    timestamptz not null
);
alter table gateway_cursors enable row level security;

-- When the gateway says it happened.
alter table gateway_events add column created_at timestamptz;

-- How fast we may call a vendor, for all processes together. Lost with the server's memory and made anew: nothing depends on it.
create unlogged table call_paces (
  key            text primary key,
  -- When all calls that were let through have been paid for in time.
  free_at        timestamptz not null,
  -- When the next call that nobody waits for may leave.
  background_at  timestamptz not null,
  -- Until when the vendor asked to be left alone.
  paused_until   timestamptz not null default '-infinity'
);
alter table call_paces enable row level security;
