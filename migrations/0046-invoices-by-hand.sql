-- What staff write on a document of their own, and the form it came from: sent twice, it is the same document.
alter table invoices
  add column note text check (char_length(note) between 1 and 1000),
  add column idempotency_key text,
  add check (idempotency_key is null or purpose = 'manual');
create unique index invoices_once_per_key on invoices (customer_id, idempotency_key) where idempotency_key is not null;

create or replace function refuse_change_of_numbered_invoice() returns trigger language plpgsql as $$
begin
  if old.number is not null and (new.number, new.series, new.sequence, new.issued_at, new.content_hash, new.currency, new.subtotal_minor,
      new.tax_minor, new.total_minor, new.seller, new.buyer, new.customer_id, new.created_at, new.note)
      is distinct from (old.number, old.series, old.sequence, old.issued_at, old.content_hash, old.currency, old.subtotal_minor,
      old.tax_minor, old.total_minor, old.seller, old.buyer, old.customer_id, old.created_at, old.note) then
    raise exception 'invoice % is numbered and cannot change', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

-- As before for a document without a note, so that what was numbered stays proven.
create or replace function invoice_content_hash(invoice text, its_series text, its_sequence int, its_issued_at timestamptz) returns text
language sql stable as $$
  select encode(sha256(convert_to((jsonb_build_array(i.id, its_series, its_sequence, extract(epoch from its_issued_at), i.customer_id, i.currency,
    i.subtotal_minor, i.tax_minor, i.total_minor, i.seller, i.buyer,
    (select jsonb_agg(jsonb_build_array(l.position, l.kind, l.description, l.quantity, l.unit_minor, l.amount_minor, l.tax_basis_points,
      l.tax_minor, l.period_start, l.period_end) order by l.position) from invoice_lines l where l.invoice_id = i.id))
    || coalesce((select jsonb_build_array(jsonb_agg(jsonb_build_array(t.position, t.name, t.category, t.rate_basis_points, t.compound, t.base_minor,
      t.tax_minor, t.note) || case when t.finer_millionths is null then '[]'::jsonb else jsonb_build_array(t.finer_millionths) end order by t.position))
      from invoice_taxes t where t.invoice_id = i.id having count(*) > 0), '[]'::jsonb)
    || case when i.note is null then '[]'::jsonb else jsonb_build_array(jsonb_build_object('note', i.note)) end)::text, 'UTF8')), 'hex')
  from invoices i where i.id = invoice
$$;

update staff_roles set permissions = permissions || '{invoice.create}' where id = 'billing';

-- A quote asked for again with the same key is the same quote.
alter table change_quotes add column idempotency_key text;
create unique index change_quotes_once_per_key on change_quotes (subscription_id, idempotency_key) where idempotency_key is not null;

-- A document over nothing is no invoice and takes no number.
drop index invoices_to_number;
create index invoices_to_number on invoices (paid_at, id) where state = 'paid' and number is null and total_minor > 0;
drop index invoices_open_to_number;
create index invoices_open_to_number on invoices (legal_entity_id, created_at, id)
  where state = 'open' and number is null and purpose in ('order', 'renewal', 'manual') and total_minor > 0;

-- Credit that was asked for and not paid is given up in time.
create index invoices_topups_to_expire on invoices (due_at, id) where purpose = 'topup' and state = 'open';

-- Mails are found by a part of an address.
create index notifications_by_recipient_part on notifications using gin (lower(recipient) gin_trgm_ops);
