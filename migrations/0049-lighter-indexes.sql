-- A night writes a document and an event for each renewal, and most of its work is in indexes. What is not numbered yet is in none
-- of numbers; the machine's own events are too many to be found by who caused them; and the log is written in the order of time.
alter table invoices drop constraint invoices_number_key, drop constraint invoices_series_sequence_key;
create unique index invoices_number_key on invoices (number) where number is not null;
create unique index invoices_series_sequence_key on invoices (series, sequence) where sequence is not null;

drop index events_by_actor;
create index events_by_actor on events (actor_id, sequence) where actor_kind <> 'system';
drop index events_by_time;
create index events_by_time on events using brin (created_at) with (pages_per_range = 32, autosummarize = on);
