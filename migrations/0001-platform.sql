-- Facts. Written only together with the change they tell of, never changed.
create table events (
  id           text primary key check (id like 'evt_%'),
  sequence     bigint generated always as identity,
  -- Readers that follow the log stop before the oldest open transaction, so none is passed by.
  transaction  xid8 not null default pg_current_xact_id(),
  name         text not null,
  subject_id   text not null,
  customer_id  text,
  actor_kind   text not null check (actor_kind in ('anonymous', 'user', 'staff', 'system')),
  actor_id     text not null,
  request_id   text,
  before       jsonb,
  after        jsonb,
  created_at   timestamptz not null
);
create index events_by_subject on events (subject_id, sequence);
create index events_by_customer on events (customer_id, sequence) where customer_id is not null;
create index events_by_name on events (name, sequence);
create index events_by_actor on events (actor_id, sequence);
create index events_in_order on events (transaction, sequence);
create unique index events_by_sequence on events (sequence);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger events_append_only before update or delete on events for each row execute function refuse_change();

-- Business time = wall clock + offset. Only simulated mode may move it.
create table clock (
  only_row        boolean primary key check (only_row),
  offset_seconds  bigint not null,
  moved_at        timestamptz not null
);

-- The first answer to a key, kept so that a retry gets the same one.
create table idempotency_keys (
  actor_id      text not null,
  key           text not null check (length(key) between 1 and 255),
  request_hash  text not null,
  status        int,
  answer        jsonb,
  created_at    timestamptz not null,
  primary key (actor_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- Counters of attempts. Lost in a crash of the database, which only forgives.
create unlogged table rate_limits (
  key         text primary key,
  count       int not null,
  resets_at   timestamptz not null
);

create type procedure_state as enum ('running', 'compensating', 'completed', 'compensated', 'stuck');
create type procedure_step_state as enum ('running', 'waiting', 'done', 'failed', 'undoing', 'undone');

-- One run of a list of steps on remote systems. wake_at and lease_until are wall-clock time of this database.
create table procedures (
  id           text primary key check (id like 'prc_%'),
  name         text not null,
  subject_id   text not null,
  customer_id  text,
  state        procedure_state not null,
  input        jsonb not null,
  memory       jsonb not null,
  error        text,
  error_code   text,
  lease_owner  text,
  lease_until  timestamptz,
  wake_at      timestamptz not null,
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  finished_at  timestamptz
);
-- Two procedures must not work on one thing at a time.
create unique index procedures_one_live on procedures (subject_id) where state in ('running', 'compensating', 'stuck');
create index procedures_live on procedures (wake_at) where state in ('running', 'compensating');
create index procedures_by_subject on procedures (subject_id, id);
create index procedures_by_state on procedures (state, id);

create table procedure_steps (
  procedure_id  text not null references procedures,
  position      int not null,
  name          text not null,
  state         procedure_step_state not null,
  attempts      int not null,
  note          text,
  error         text,
  started_at    timestamptz not null,
  finished_at   timestamptz,
  primary key (procedure_id, position)
);

create table procedure_log (
  procedure_id  text not null references procedures,
  line          int not null,
  step          text,
  message       text not null,
  created_at    timestamptz not null,
  primary key (procedure_id, line)
);
