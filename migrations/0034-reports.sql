-- Reports read spans of time. The ledger is only ever added to, in the order of time, so the smallest kind of index serves it.
create index ledger_transactions_by_time on ledger_transactions using brin (created_at) with (pages_per_range = 32, autosummarize = on);
create index invoices_by_issue on invoices (issued_at, id) where issued_at is not null;
create index invoices_open_by_due on invoices (due_at, id) where state = 'open';
create index invoices_by_payment on invoices (paid_at, id) where paid_at is not null;

update staff_roles set permissions = permissions || '{report.read}' where id = 'billing';
