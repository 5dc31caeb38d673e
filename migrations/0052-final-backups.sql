-- Before a server is ended for good its disks are copied once more. How long that copy is kept is the seller's choice; none is made
-- when it is zero days.
alter table legal_entities add column final_backup_days int not null default 30 check (final_backup_days between 0 and 365);
alter table legal_entities alter column final_backup_days drop default;

create type backup_state as enum ('making', 'failed', 'kept', 'deleting', 'deleted', 'skipped');
create type no_backup_reason as enum ('turned_off', 'no_storage', 'no_machine', 'by_staff', 'before');

-- One for each time a server is ended: the row is there before the host is asked, and its id stands on the copy as a note, so that a
-- copy whose answer was lost is found.
create table final_backups (
  id            text primary key check (id like 'bkp_%'),
  service_id    text not null references services,
  customer_id   text not null references customers,
  -- The run of the procedure it was made in; empty for servers that ended before there were backups.
  procedure_id  text unique,
  state         backup_state not null,
  -- Why there is none.
  reason        no_backup_reason,
  vm_id         int,
  node          text,
  storage       text,
  volume_id     text,
  size_bytes    bigint check (size_bytes >= 0),
  made_at       timestamptz,
  kept_until    timestamptz,
  deleted_at    timestamptz,
  -- What the host works on for it now, and how often it has failed.
  task_node     text,
  task_id       text,
  failures      int not null,
  error         text,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  check ((state = 'skipped') = (reason is not null)),
  check (state not in ('kept', 'deleting', 'deleted') or (volume_id is not null and node is not null and storage is not null
    and made_at is not null and kept_until is not null)),
  check ((state = 'deleted') = (deleted_at is not null))
);
create index final_backups_by_service on final_backups (service_id, id);
create index final_backups_by_customer on final_backups (customer_id, id);
create index final_backups_due on final_backups (kept_until) where state = 'kept';
create index final_backups_deleting on final_backups (id) where state = 'deleting';
create index final_backups_failed on final_backups (service_id) where state = 'failed';
alter table final_backups enable row level security;
create policy own_rows on final_backups to ez_customer using (customer_id = acting_customer());

-- What has ended already ended without a backup.
insert into final_backups (id, service_id, customer_id, state, reason, failures, created_at, updated_at)
select 'bkp_' || substr(id, 5), id, customer_id, 'skipped', 'before', 0, terminated_at, terminated_at
from services where state = 'terminated' and terminated_at is not null;

-- Two steps come before the one that was the only one: a run that is under way goes on where it stands.
update procedure_steps s set position = 2
from procedures p where p.id = s.procedure_id and p.name = 'provisioning.terminate-vps' and s.position = 0
  and s.name = 'destroy machine' and p.state in ('running', 'compensating', 'stuck');
