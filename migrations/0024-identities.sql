-- Who somebody is elsewhere, and signs in as: an issuer's own name for them, never their email address.
create table identities (
  id            text primary key check (id like 'idn_%'),
  user_id       text not null references users,
  provider      text not null,
  issuer        text not null,
  subject       text not null check (length(subject) between 1 and 255),
  email         text,
  created_at    timestamptz not null,
  last_used_at  timestamptz,
  unique (issuer, subject),
  unique (user_id, provider)
);

-- Somebody is on the way to a provider and back. Bound to their browser, used once.
create table identity_flows (
  state_hash    text primary key,
  browser_hash  text not null,
  provider      text not null,
  purpose       text not null check (purpose in ('sign_in', 'connect', 'confirm')),
  user_id       text references users,
  next          text,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  used_at       timestamptz,
  check ((user_id is null) = (purpose = 'sign_in'))
);
create index identity_flows_by_expiry on identity_flows (expires_at);
