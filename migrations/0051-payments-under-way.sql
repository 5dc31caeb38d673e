-- A page may be done while its money is not: a direct debit begun on it takes days, and nothing else collects meanwhile.
alter table payments add column processing_since timestamptz check (processing_since is null or channel = 'checkout');

-- By what a document is called at the bank it is found again, and no two are called the same.
create unique index invoices_by_transfer_reference on invoices (right(id, 12));
