-- What a token may do, until when, and from where. Tokens made before may do whatever their user may, from anywhere.
alter table api_tokens
  add column scopes text[],
  add column expires_at timestamptz,
  add column addresses text[] not null default '{}' check (cardinality(addresses) <= 20),
  add column last_used_address text;

-- Those who look after an account see all its tokens.
create index api_tokens_by_customer on api_tokens (customer_id, id) where revoked_at is null;
alter table api_tokens alter column addresses drop default;
