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
