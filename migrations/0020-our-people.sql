alter type user_token_kind add value 'join_staff';

-- When somebody left us. Their rows stay: the log speaks of them.
alter table users add column staff_ended_at timestamptz check (staff_ended_at is null or staff_role is null);
create index users_staff on users (lower(name), id) where staff_role is not null or staff_ended_at is not null;
create index users_by_staff_role on users (staff_role) where staff_role is not null;

update staff_roles set permissions = permissions || '{staff.read,customer.impersonate,approval.decide}' where id = 'operations';
update staff_roles set permissions = permissions || '{approval.decide}' where id = 'billing';
update staff_roles set permissions = permissions || '{customer.impersonate}' where id = 'support';

-- One of us looking at the pages of a customer as they see them. It ends by leaving, by time, or with its session.
create table impersonations (
  id           text primary key check (id like 'imp_%'),
  staff_id     text not null references users,
  session_id   text not null references sessions,
  customer_id  text not null references customers,
  reason       text not null check (length(reason) between 3 and 500),
  created_at   timestamptz not null,
  expires_at   timestamptz not null check (expires_at > created_at),
  ended_at     timestamptz check (ended_at >= created_at)
);
-- A browser is with one customer at a time.
create unique index impersonations_one_open on impersonations (session_id) where ended_at is null;
create index impersonations_by_staff on impersonations (staff_id, id);
create index impersonations_by_customer on impersonations (customer_id, id);
create index impersonations_open on impersonations (expires_at) where ended_at is null;

-- What the house is set to, one value for each key; the code knows their types.
create table settings (
  key         text primary key,
  value       jsonb not null,
  updated_at  timestamptz not null,
  updated_by  text references users
);

create type approval_state as enum ('pending', 'approved', 'done', 'refused', 'expired', 'withdrawn');

-- An act that a second colleague must agree to before it is done.
create table approvals (
  id           text primary key check (id like 'apr_%'),
  act          text not null,
  subject_id   text not null,
  customer_id  text references customers,
  input        jsonb not null,
  state        approval_state not null,
  asked_by     text not null references users,
  decided_by   text references users,
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  expires_at   timestamptz not null,
  -- Four eyes are two people's.
  check (decided_by <> asked_by),
  check ((state in ('approved', 'done', 'refused')) = (decided_by is not null))
);
-- Asking twice for the same makes no second question.
create unique index approvals_one_pending on approvals (act, subject_id) where state = 'pending';
create index approvals_by_state on approvals (state, id);
create index approvals_due on approvals (expires_at) where state = 'pending';
