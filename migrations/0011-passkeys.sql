create table passkeys (
  id             text primary key check (id like 'pky_%'),
  user_id        text not null references users,
  credential_id  text not null check (length(credential_id) <= 1400),
  public_key     text not null,
  -- How often it was used, as far as it tells: a number that does not grow is a copy's.
  counter        bigint not null check (counter >= 0),
  transports     text[] not null,
  backed_up      boolean not null,
  aaguid         text not null,
  name           text not null check (length(name) between 1 and 100),
  created_at     timestamptz not null,
  last_used_at   timestamptz
);
create unique index passkeys_one_per_credential on passkeys (credential_id);
create index passkeys_by_user on passkeys (user_id, id);

-- Who wants to be asked for a passkey after the password.
create table passkey_factors (
  user_id     text primary key references users,
  created_at  timestamptz not null
);

create type passkey_purpose as enum ('register', 'confirm', 'sign_in', 'second_factor');

-- What a passkey is asked to sign. The row goes when an answer comes: no answer counts twice.
create table passkey_challenges (
  challenge_hash  text primary key,
  purpose         passkey_purpose not null,
  user_id         text references users,
  sign_in_id      text references sign_ins on delete cascade,
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  constraint passkey_challenges_bound check ((purpose = 'sign_in') = (user_id is null) and (purpose = 'second_factor') = (sign_in_id is not null))
);
create index passkey_challenges_by_age on passkey_challenges (expires_at);
create index passkey_challenges_by_user on passkey_challenges (user_id);
create index passkey_challenges_by_sign_in on passkey_challenges (sign_in_id);
