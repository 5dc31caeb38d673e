create type notification_state as enum ('queued', 'sent', 'failed');

create table notifications (
  id           text primary key check (id like 'ntf_%'),
  event_id     text not null references events,
  template     text not null,
  recipient    text not null,
  locale       locale not null,
  customer_id  text references customers,
  subject_id   text not null,
  state        notification_state not null,
  accepted_as  text,
  error        text,
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  sent_at      timestamptz,
  -- Nobody hears the same thing twice.
  unique (event_id, recipient, template)
);
create index notifications_by_customer on notifications (customer_id, id);
create index notifications_by_state on notifications (state, id);
