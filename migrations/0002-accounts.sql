create type staff_role as enum ('admin', 'operations', 'billing', 'support');
create type member_role as enum ('owner');
create type user_token_kind as enum ('verify_email', 'reset_password');
create type locale as enum ('en', 'de');

create table users (
  id                 text primary key check (id like 'usr_%'),
  email              text not null check (email = lower(email) and length(email) <= 254),
  name               text not null check (length(name) between 1 and 200),
  password_hash      text not null,
  email_verified_at  timestamptz,
  staff_role         staff_role,
  locale             locale not null,
  created_at         timestamptz not null,
  updated_at         timestamptz not null
);
create unique index users_one_per_email on users (email);

create table customers (
  id             text primary key check (id like 'cus_%'),
  name           text not null check (length(name) between 1 and 200),
  email          text not null,
  company        text,
  address_line1  text,
  address_line2  text,
  postal_code    text,
  city           text,
  country        text check (country ~ '^[A-Z]{2}$'),
  vat_id         text,
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  locale         locale not null,
  created_at     timestamptz not null,
  updated_at     timestamptz not null
);
create extension if not exists pg_trgm;
create index customers_search on customers using gin ((lower(name || ' ' || email || ' ' || coalesce(company, ''))) gin_trgm_ops);
create index customers_by_name on customers (lower(name), id);

create table members (
  customer_id  text not null references customers,
  user_id      text not null references users,
  role         member_role not null,
  created_at   timestamptz not null,
  primary key (customer_id, user_id)
);
create index members_by_user on members (user_id);

create table sessions (
  id            text primary key check (id like 'ses_%'),
  token_hash    text not null unique,
  user_id       text not null references users,
  user_agent    text,
  address       text,
  created_at    timestamptz not null,
  last_seen_at  timestamptz not null,
  expires_at    timestamptz not null,
  revoked_at    timestamptz
);
create index sessions_by_user on sessions (user_id);

-- A link sent by mail. Its secret is derived from the id and our key, so it is nowhere stored.
create table user_tokens (
  id          text primary key check (id like 'utk_%'),
  kind        user_token_kind not null,
  user_id     text not null references users,
  email       text not null,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  used_at     timestamptz
);
create index user_tokens_by_user on user_tokens (user_id, kind);

create table api_tokens (
  id            text primary key check (id like 'tok_%'),
  user_id       text not null references users,
  customer_id   text not null references customers,
  name          text not null check (length(name) between 1 and 100),
  token_hash    text not null unique,
  last_four     text not null,
  created_at    timestamptz not null,
  last_used_at  timestamptz,
  revoked_at    timestamptz
);
create index api_tokens_by_user on api_tokens (user_id, id);
