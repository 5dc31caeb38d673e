-- From where an event was caused.
alter table events add column address text;
create index events_by_address on events (address, sequence) where address is not null;
create index events_by_time on events (created_at, sequence);

-- The chain that shows whether the log was changed: each seal holds the hash of the one before. What an event tells of somebody
-- (before, after, address) is in it by its digest alone, so that it can be blotted out later and the chain still holds.
create table event_seals (
  position         bigint primary key,
  event_sequence   bigint not null unique,
  content_digest   bytea not null check (length(content_digest) = 32),
  hash             bytea not null check (length(hash) = 32),
  sealed_at        timestamptz not null default clock_timestamp(),
  -- The event that told why what this one says was blotted out.
  blotted_by       text
);
create index event_seals_blotted on event_seals (blotted_by) where blotted_by is not null;

-- A fact is never changed and never goes. What it tells of a person may be blotted out, by whoever erases that person.
create function refuse_event_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('ez.blotting', true) = 'on'
    and (old.id, old.sequence, old.name, old.subject_id, old.customer_id, old.actor_kind, old.actor_id, old.request_id, old.created_at)
      is not distinct from
      (new.id, new.sequence, new.name, new.subject_id, new.customer_id, new.actor_kind, new.actor_id, new.request_id, new.created_at)
  then return new; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger events_append_only on events;
create trigger events_append_only before update or delete on events for each row execute function refuse_event_change();

create function refuse_seal_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('ez.blotting', true) = 'on' and old.blotted_by is null
    and (old.position, old.event_sequence, old.content_digest, old.hash) = (new.position, new.event_sequence, new.content_digest, new.hash)
  then return new; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger event_seals_append_only before update or delete on event_seals for each row execute function refuse_seal_change();
