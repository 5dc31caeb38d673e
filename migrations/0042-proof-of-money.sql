-- Each night, and whenever staff ask, it is proven that ledger, gateway, invoices and entitlements agree.
create type proof_run_state as enum ('running', 'green', 'red', 'incomplete', 'failed');
create table proof_runs (
  id            text primary key check (id like 'prf_%'),
  state         proof_run_state not null,
  -- The day it was made for, in the seller's time zone; empty when somebody asked for it.
  night         date unique,
  requested_by  text references users,
  checks        int not null check (checks > 0),
  checks_done   int not null check (checks_done between 0 and checks),
  -- How often it was put off because something was still on its way.
  tries         int not null check (tries >= 0),
  -- Whether ledger and gateway could be compared: nothing was on its way.
  compared      boolean not null,
  findings      int not null check (findings >= 0),
  new_findings  int not null check (new_findings between 0 and findings),
  -- What ledger and gateway say per currency.
  currencies    jsonb not null,
  finished_at   timestamptz,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  check ((state = 'running') = (finished_at is null)),
  check (state <> 'green' or findings = 0)
);
-- One at a time.
create unique index proof_runs_one_running on proof_runs ((true)) where state = 'running';
create index proof_runs_by_state on proof_runs (state, id);
alter table proof_runs enable row level security;

-- A difference that a proof found: which story it is, on what, and what became of it.
create type proof_finding_state as enum ('open', 'repairing', 'resolved');
create table proof_findings (
  id           text primary key check (id like 'pfn_%'),
  state        proof_finding_state not null,
  kind         text not null,
  invariant    text not null check (invariant ~ '^I[0-9]+$'),
  subject_id   text not null,
  message      text not null,
  facts        jsonb not null,
  -- The proof that saw it last; it may be forgotten before.
  last_run_id  text not null,
  -- Who had it repaired, and why that did not help.
  repaired_by  text references users,
  repair_note  text,
  seen_at      timestamptz not null,
  resolved_at  timestamptz,
  -- Whether a repair of ours ended it, or it was gone at the next proof.
  outcome      text check (outcome in ('repaired', 'gone')),
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  check ((state = 'resolved') = (resolved_at is not null) and (resolved_at is null) = (outcome is null))
);
-- A difference is one finding for as long as it lasts.
create unique index proof_findings_one_live on proof_findings (kind, subject_id) where state <> 'resolved';
create index proof_findings_by_state on proof_findings (state, id);
create index proof_findings_by_run on proof_findings (last_run_id);
alter table proof_findings enable row level security;

create table proof_run_findings (
  run_id      text not null references proof_runs on delete cascade,
  finding_id  text not null references proof_findings on delete cascade,
  primary key (run_id, finding_id)
);
create index proof_run_findings_by_finding on proof_run_findings (finding_id);
alter table proof_run_findings enable row level security;

