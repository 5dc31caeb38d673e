-- The keys access tokens are signed with: published before they sign, and as long after as a token of theirs may live.
create table signing_keys (
  id              text primary key check (id like 'key_%'),
  public_jwk      jsonb not null,
  sealed_private  text not null,
  created_at      timestamptz not null,
  signs_from      timestamptz not null,
  retired_at      timestamptz
);

-- What an access token is renewed with. A session is its family: of each there is one that was not used yet.
create table refresh_tokens (
  id          text primary key check (id like 'rft_%'),
  session_id  text not null references sessions on delete cascade,
  token_hash  text not null unique,
  created_at  timestamptz not null,
  used_at     timestamptz
);
create unique index refresh_tokens_one_live on refresh_tokens (session_id) where used_at is null;
create index refresh_tokens_by_age on refresh_tokens (used_at) where used_at is not null;
