-- A change of an agreement gives credit for unused days by correcting the documents that paid for them.
alter table credit_notes add column change_id text references change_quotes;
create index credit_notes_by_change on credit_notes (change_id) where change_id is not null;

-- EN 16931's other reasons for charging nothing: K supply within the EU, G export.
alter type tax_category add value 'K';
alter type tax_category add value 'G';

-- A change that was agreed and paid for, and that the machine could not be given yet: since when. Staff try again.
alter table services add column change_failed_at timestamptz;
create index services_change_failed on services (id) where change_failed_at is not null;
