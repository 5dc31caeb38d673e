-- A page may be done while its money is not: a direct debit begun on it takes days, and nothing else collects meanwhile.
alter table payments add column processing_since timestamptz check (processing_since is null or channel = 'checkout');
