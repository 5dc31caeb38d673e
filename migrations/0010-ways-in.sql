create type sign_in_method as enum ('password', 'passkey', 'identity', 'link');

-- Whoever signs in by a passkey or by another house's word needs no password.
alter table users alter column password_hash drop not null;
alter table sign_ins alter column password_hash drop not null;

alter table sign_ins add column method sign_in_method;
update sign_ins set method = 'password';
alter table sign_ins alter column method set not null;

alter table sessions
  add column method sign_in_method,
  -- When its user last showed who they are: dangerous acts ask for that anew.
  add column confirmed_at timestamptz,
  -- For whom its user acts, who may be a member of several customers.
  add column customer_id text references customers;
update sessions set method = 'password', confirmed_at = created_at;
alter table sessions alter column method set not null, alter column confirmed_at set not null;
