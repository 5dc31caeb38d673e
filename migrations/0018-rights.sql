alter type member_role add value 'admin';
alter type member_role add value 'billing';
alter type member_role add value 'technical';
alter type member_role add value 'support';
alter type member_role add value 'read_only';

-- What a role of our own people may do. The administrators' may do everything and cannot lose it.
create table staff_roles (
  id           text primary key check (id ~ '^[a-z][a-z0-9_]{1,39}$'),
  name         text not null check (length(name) between 1 and 60),
  permissions  text[] not null,
  created_at   timestamptz not null,
  updated_at   timestamptz not null
);
insert into staff_roles (id, name, permissions, created_at, updated_at) values
  ('admin', 'Administrator', '{}', now(), now()),
  ('operations', 'Operations', '{customer.read,order.read,invoice.read,service.read,catalog.read,notification.read,event.read,service.operate,service.suspend,service.resume,service.terminate,procedure.read,procedure.retry,job.read,job.retry}', now(), now()),
  ('billing', 'Billing', '{customer.read,order.read,invoice.read,service.read,catalog.read,notification.read,event.read,customer.update,order.cancel,invoice.void,payment.read,payment.refund,service.suspend,service.resume,job.read}', now(), now()),
  ('support', 'Support', '{customer.read,order.read,invoice.read,service.read,catalog.read,notification.read,event.read,procedure.read}', now(), now());

alter table users alter column staff_role type text using staff_role::text;
alter table users add foreign key (staff_role) references staff_roles;
drop type staff_role;

alter table customers add column members_need_second_factor boolean;
update customers set members_need_second_factor = false;
alter table customers alter column members_need_second_factor set not null;

-- One service lent to somebody, for chosen actions and, mostly, for a time.
create table service_grants (
  id           text primary key check (id like 'grt_%'),
  customer_id  text not null references customers,
  service_id   text not null references services,
  user_id      text not null references users,
  actions      text[] not null check (cardinality(actions) > 0),
  granted_by   text not null references users,
  created_at   timestamptz not null,
  expires_at   timestamptz,
  revoked_at   timestamptz
);
create unique index service_grants_one_live on service_grants (service_id, user_id) where revoked_at is null;
create index service_grants_by_user on service_grants (user_id, customer_id) where revoked_at is null;
create index service_grants_by_customer on service_grants (customer_id, id);

create type invitation_state as enum ('pending', 'accepted', 'declined', 'revoked');

-- Asks somebody by mail to share a customer: in a role, or to use one service. Its secret is derived and nowhere stored.
create table invitations (
  id            text primary key check (id like 'ivt_%'),
  customer_id   text not null references customers,
  email         text not null check (email = lower(email) and length(email) <= 254),
  state         invitation_state not null,
  role          member_role,
  service_id    text references services,
  actions       text[],
  -- For how long a service is lent from the day it is accepted; null lends it until it is taken back.
  lent_days     int check (lent_days between 1 and 365),
  invited_by    text not null references users,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  expires_at    timestamptz not null,
  accepted_by   text references users,
  check ((role is null) = (service_id is not null) and (service_id is null) = (actions is null)),
  check ((state = 'accepted') = (accepted_by is not null))
);
-- Asking twice renews what was asked; it makes no second mail that works.
create unique index invitations_one_pending on invitations (customer_id, email, coalesce(service_id, '')) where state = 'pending';
create index invitations_by_customer on invitations (customer_id, id);
