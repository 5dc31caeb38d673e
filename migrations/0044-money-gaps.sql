-- A change of an agreement gives credit for unused days by correcting the documents that paid for them.
alter table credit_notes add column change_id text references change_quotes;
create index credit_notes_by_change on credit_notes (change_id) where change_id is not null;

-- EN 16931's other reasons for charging nothing: K supply within the EU, G export.
alter type tax_category add value 'K';
alter type tax_category add value 'G';

-- A change that was agreed and paid for, and that the machine could not be given yet: since when. Staff try again.
alter table services add column change_failed_at timestamptz;
create index services_change_failed on services (id) where change_failed_at is not null;

-- Rates finer than a basis point, such as 9.975 % in Quebec: what is to be added to the rate, in millionths of the net; empty when nothing is.
alter table tax_rules
  add column finer_millionths int check (finer_millionths between -50 and 49),
  add check (rate_basis_points * 100 + finer_millionths between 0 and 1000000),
  add check (category = 'S' or finer_millionths is null);
alter table invoice_taxes
  add column finer_millionths int check (finer_millionths between -50 and 49);

-- As before for a document whose rates are whole basis points, so that what was numbered stays proven.
create or replace function invoice_content_hash(invoice text, its_series text, its_sequence int, its_issued_at timestamptz) returns text
language sql stable as $$
  select encode(sha256(convert_to((jsonb_build_array(i.id, its_series, its_sequence, extract(epoch from its_issued_at), i.customer_id, i.currency,
    i.subtotal_minor, i.tax_minor, i.total_minor, i.seller, i.buyer,
    (select jsonb_agg(jsonb_build_array(l.position, l.kind, l.description, l.quantity, l.unit_minor, l.amount_minor, l.tax_basis_points,
      l.tax_minor, l.period_start, l.period_end) order by l.position) from invoice_lines l where l.invoice_id = i.id))
    || coalesce((select jsonb_build_array(jsonb_agg(jsonb_build_array(t.position, t.name, t.category, t.rate_basis_points, t.compound, t.base_minor,
      t.tax_minor, t.note) || case when t.finer_millionths is null then '[]'::jsonb else jsonb_build_array(t.finer_millionths) end order by t.position))
      from invoice_taxes t where t.invoice_id = i.id having count(*) > 0), '[]'::jsonb))::text, 'UTF8')), 'hex')
  from invoices i where i.id = invoice
$$;
