-- What the floors of B2 and B4 write: as little as can hold the same facts.
create schema floor;
create table floor.inbox (id text primary key, type text, payload jsonb, received_at timestamptz);
create table floor.job (id bigint generated always as identity primary key, name text not null, payload jsonb, leased_until timestamptz);
create index on floor.job (id) where leased_until is null;
