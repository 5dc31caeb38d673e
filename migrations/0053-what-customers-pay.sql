-- A form that is sent twice charges once: the second finds the attempt of the first.
alter table payments add column idempotency_key text check (length(idempotency_key) between 8 and 200);
create unique index payments_idempotency_key on payments (customer_id, idempotency_key) where idempotency_key is not null;
