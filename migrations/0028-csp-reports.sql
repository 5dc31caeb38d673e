-- What browsers refused to load or run on our pages, one row for all reports that say the same.
create table csp_reports (
  id          text primary key check (id like 'csp_%'),
  directive   text not null,
  blocked     text not null,
  page        text not null,
  count       bigint not null check (count > 0),
  first_seen  timestamptz not null,
  last_seen   timestamptz not null,
  unique (directive, blocked, page)
);
create index csp_reports_by_last_seen on csp_reports (last_seen desc, id desc);
