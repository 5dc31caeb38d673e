-- A change of an agreement gives credit for unused days by correcting the documents that paid for them.
alter table credit_notes add column change_id text references change_quotes;
create index credit_notes_by_change on credit_notes (change_id) where change_id is not null;
