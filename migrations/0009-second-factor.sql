create type sign_in_state as enum ('second_factor', 'complete', 'refused');

-- The codes of an app. Until it is confirmed it counts for nothing.
create table totp_factors (
  user_id        text primary key references users,
  sealed_secret  text not null,
  -- The latest time step a code was accepted for: no code works twice.
  last_step      bigint,
  created_at     timestamptz not null,
  confirmed_at   timestamptz
);

create table recovery_codes (
  user_id     text not null references users,
  code_hash   text not null,
  created_at  timestamptz not null,
  used_at     timestamptz,
  primary key (user_id, code_hash)
);

-- A sign-in whose password was right and whose second factor is still owed.
create table sign_ins (
  id             text primary key check (id like 'sin_%'),
  token_hash     text not null unique,
  user_id        text not null references users,
  -- Another password ends what was begun with this one.
  password_hash  text not null,
  state          sign_in_state not null,
  failures       int not null check (failures between 0 and 5),
  user_agent     text,
  address        text,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  expires_at     timestamptz not null
);
create index sign_ins_by_user on sign_ins (user_id);
create index sign_ins_by_age on sign_ins (expires_at);
